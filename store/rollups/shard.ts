import { prepareRollupTables } from './rollup-tables.js';
import type { Pool, PoolClient } from '../pool.js';
import { PLAN_AS_WRITTEN } from '../read/plan-as-written.js';

/** First key of the advisory locks of shards; any number that nothing else in this database takes: ASCII of "roll". */
const LOCKS = 1_919_904_876;

/** Runs `work` in a transaction that has the shard to itself, in any process; waits for another one that has it. */
export async function inShard<T>(
  pool: Pool,
  shard: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1, $2)', [LOCKS, shard]);
    return work(client);
  });
}

/** The same with those of several shards that nobody else has now, without waiting; 'busy': none. */
export async function inFreeShards<T>(
  pool: Pool,
  shards: readonly number[],
  work: (client: PoolClient, free: readonly number[]) => Promise<T>,
): Promise<T | 'busy'> {
  return inTransaction(pool, async (client) => {
    const free = await tryLock(client, shards);
    return free.length === 0 ? 'busy' : work(client, free);
  });
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await prepareRollupTables(client);
    await client.query(`begin; ${PLAN_AS_WRITTEN}`);
    const result = await work(client);
    await client.query('commit');
    failed = false;
    return result;
  } finally {
    // A connection with an open transaction is of no use to anybody.
    client.release(failed);
  }
}

/** Answers which it got. */
async function tryLock(client: PoolClient, shards: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ shard: number; got: boolean }>(
    'select u.shard, pg_try_advisory_xact_lock($1, u.shard) as got from unnest($2::integer[]) as u (shard)',
    [LOCKS, shards],
  );
  return rows.filter(({ got }) => got).map(({ shard }) => shard);
}
