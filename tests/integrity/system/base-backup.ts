import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { OwnPostgres } from './own-postgres.js';

const run = promisify(execFile);

/** A base backup of a whole cluster with the log that it needs, as `pg_basebackup` makes it. */
export interface BaseBackup {
  /** Puts it in the place of the cluster of `postgres`, which must be stopped or killed. */
  restore(postgres: OwnPostgres): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * While everything runs. The npm package has no pg_basebackup: this does by SQL and `cp` what it does (with `--wal-method=fetch`). The
 * server has to keep its log meanwhile (`wal_keep_size`).
 */
export async function takeBaseBackup(postgres: OwnPostgres): Promise<BaseBackup> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-backup-'));
  const cluster = join(postgres.dataDir, 'postgres');
  const copy = join(directory, 'postgres');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    // Fast: by a checkpoint at once.
    await client.query("select pg_backup_start('test', true)");
    // Files come and go while they are copied: the log has what is missed. With owners and modes.
    await run('sh', ['-c', 'cp -a "$0" "$1" 2>/dev/null; test -d "$1/base"', cluster, copy]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)');
    await run('rm', ['-rf', join(copy, 'pg_wal'), join(copy, 'postmaster.pid')]);
    // Segments and histories of timelines. Files that the server has not named yet (`xlogtemp.PID`) may go at any moment.
    const copyLog = 'mkdir -m 700 "$1" && cd "$0" && cp -a [0-9A-F]* "$1"';
    await run('sh', ['-c', copyLog, join(cluster, 'pg_wal'), join(copy, 'pg_wal')]);
    await writeFile(join(copy, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  return {
    restore: async () => {
      await rm(cluster, { recursive: true, force: true });
      await run('cp', ['-a', copy, cluster]);
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}
