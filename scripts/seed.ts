// Fills a running database with a month of sample data: `npm run seed -- --help`.
import { reportFailure } from '../server/cli/report-failure.js';
import { createSeedCommand } from './seed/seed-command.js';

try {
  await createSeedCommand().parseAsync();
} catch (error) {
  reportFailure(error);
}
