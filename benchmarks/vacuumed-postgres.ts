import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../server/embedded/embedded-postgres.js';

/** A PostgreSQL for one measurement, whose autovacuum looks every second. @param settings that differ from those shipped. */
export async function withVacuumedPostgres<Result>(
  settings: readonly string[],
  work: (postgres: EmbeddedPostgres, client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-bench-'));
  try {
    const postgres = await EmbeddedPostgres.start({
      dataDir: directory,
      settings: ['autovacuum_naptime=1s', ...settings],
    });
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await client.connect();
      return await work(postgres, client);
    } finally {
      await client.end();
      await postgres.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
