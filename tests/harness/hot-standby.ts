import { execFile } from 'node:child_process';
import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startOwnPostgres, type OwnPostgres } from '../integrity/system/own-postgres.js';

const run = promisify(execFile);

const SETTINGS = [
  // What replay must remove goes at once, whoever still reads it: a conflict is what tests wait for.
  'max_standby_streaming_delay=0',
  'wal_retrieve_retry_interval=100ms',
];

/**
 * A real hot standby that follows `primary` by streaming. The npm package has no pg_basebackup, so its cluster is a copy made
 * between pg_backup_start and pg_backup_stop. Dispose of it before the primary.
 */
export async function startHotStandby(
  primary: OwnPostgres,
  settings: readonly string[] = [],
): Promise<OwnPostgres> {
  return startOwnPostgres({
    settings: [...SETTINGS, ...settings],
    prepare: (dataDir) => copyCluster(primary, dataDir),
  });
}

async function copyCluster(primary: OwnPostgres, dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  const cluster = join(dataDir, 'postgres');
  try {
    // Fast: by a checkpoint at once.
    await client.query("select pg_backup_start('hot standby', true)");
    // With owners and modes: PostgreSQL may run as another user than the test.
    await run('cp', ['-a', join(primary.dataDir, 'postgres'), cluster]);
    await run('cp', ['-a', join(primary.dataDir, 'postgres.password'), dataDir]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeFile(join(cluster, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  // The log comes from the primary, from the backup's beginning on.
  for (const name of await readdir(join(cluster, 'pg_wal')))
    await rm(join(cluster, 'pg_wal', name), { recursive: true });
  await rm(join(cluster, 'postmaster.pid'));
  await writeFile(join(cluster, 'standby.signal'), '');
  await appendFile(join(cluster, 'postgresql.auto.conf'), `primary_conninfo = '${primary.url}'\n`);
}
