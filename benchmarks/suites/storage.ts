import { migrate } from '../../store/migrate.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import { measureStorageParameters } from '../storage-parameters.js';
import { measureToast } from '../toast.js';
import { withVacuumedPostgres } from '../vacuumed-postgres.js';

/** What the storage parameters of tables do, by the server's own counts. Once, whatever the rounds: they don't vary. */
export async function storageSuite({ quick, progress }: SuiteOptions): Promise<SuiteResult> {
  return await withVacuumedPostgres([], async ({ url }, client) => {
    await migrate(url);
    const parameters = await measureStorageParameters(url, client);
    progress('storage: partitions and fill factors', 0.5);
    const toast = await measureToast(client, quick ? 50 : 1_000);
    return {
      suite: 'storage',
      method: 'Counted by PostgreSQL, whose autovacuum looks every second here.',
      figures: [],
      breakdowns: [parameters, toast],
    };
  });
}
