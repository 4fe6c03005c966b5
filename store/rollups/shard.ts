import { prepareRollupTables } from './rollup-tables.js';
import type { Pool, PoolClient } from '../pool.js';
import { PLAN_AS_WRITTEN } from '../read/plan-as-written.js';

/** First key of the advisory locks of shards; any number that nothing else in this database takes: ASCII of "roll". */
const LOCKS = 1_919_904_876;

/**
 * Runs `work` in a transaction that has the shard to itself, in any process.
 *
 * @param wait whether to wait for another one that has it; else resolves with 'busy'.
 */
export async function inShard<T>(
  pool: Pool,
  shard: number,
  wait: boolean,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | 'busy'> {
  const client = await pool.connect();
  let failed = true;
  try {
    await prepareRollupTables(client);
    await client.query(`begin; ${PLAN_AS_WRITTEN}`);
    const got = wait ? await lock(client, shard) : await tryLock(client, shard);
    const result = got ? await work(client) : 'busy';
    await client.query('commit');
    failed = false;
    return result;
  } finally {
    // A connection with an open transaction is of no use to anybody.
    client.release(failed);
  }
}

async function lock(client: PoolClient, shard: number): Promise<true> {
  await client.query('select pg_advisory_xact_lock($1, $2)', [LOCKS, shard]);
  return true;
}

async function tryLock(client: PoolClient, shard: number): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1, $2) as got', [
    LOCKS,
    shard,
  ]);
  return rows[0]?.got === true;
}
