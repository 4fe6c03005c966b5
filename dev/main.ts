/** `npm run dev` and its kin: a command of the program from its sources, started anew whenever one of them changes. */
import { join } from 'node:path';
import { reportFailure } from '../server/cli/report-failure.js';
import { runDevCommand } from './run-dev-command.js';

const [name = '', ...args] = process.argv.slice(2);
process.chdir(join(import.meta.dirname, '..'));
try {
  await runDevCommand(name, args);
} catch (error) {
  reportFailure(error);
}
