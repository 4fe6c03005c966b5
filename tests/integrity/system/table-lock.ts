import pg from 'pg';
import { until } from '../until.js';

/** Holds writers of a table up, so that a test knows where in its transaction one of them is. */
export interface TableLock {
  /** Resolves when the writer waits for the lock, in the midst of its transaction. */
  waitedFor(): Promise<void>;
  release(): Promise<void>;
}

/**
 * @param table `latest_readings` is written late in a flush, after readings and conflicts; `rollup_1d` late in a pass.
 * @param writer name of its connections.
 */
export async function lockTable(
  databaseUrl: string,
  table: 'latest_readings' | 'rollup_1d',
  writer = 'meterpulse-worker',
): Promise<TableLock> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  const observer = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([holder.connect(), observer.connect()]);
  await holder.query('begin');
  await holder.query(`lock table ${table} in share mode`);
  return {
    async waitedFor() {
      await until(`${writer} waits for ${table}`, async () => {
        const { rows } = await observer.query(
          `select 1 from pg_stat_activity
           where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
          [writer],
        );
        return rows.length > 0;
      });
    },
    async release() {
      await holder.query('rollback');
      await Promise.all([holder.end(), observer.end()]);
    },
  };
}
