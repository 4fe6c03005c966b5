import type { Pool, PoolClient } from '../pool.js';

/** One batch; `write` false: it is rolled back, and nothing was changed. */
export async function inTransaction<Result>(
  pool: Pool,
  write: boolean,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query(write ? 'commit' : 'rollback');
    failed = false;
    return result;
  } finally {
    // A connection with an open transaction is of no use to anybody.
    client.release(failed);
  }
}
