import type { Pool, PoolClient } from './pool.js';

export interface TransactionOptions<Result> {
  /** Statements that begin it. Default `begin`. */
  readonly begin?: string;
  /** Of what `work` resolves with; false: it is rolled back, and nothing was changed. Default: it is always committed. */
  readonly keeps?: (result: Result) => boolean;
}

/** Rejects with what `work` or PostgreSQL says: then nothing was changed. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  { begin = 'begin', keeps = () => true }: TransactionOptions<Result> = {},
): Promise<Result> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query(keeps(result) ? 'commit' : 'rollback');
    failed = false;
    return result;
  } finally {
    // A connection with an open transaction is of no use to anybody.
    client.release(failed);
  }
}
