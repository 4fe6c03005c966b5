import type { Pool, PoolClient } from './pool.js';

/**
 * Runs `work` while this process alone has a lock; `client` is the connection that holds it. The lock is of the session: `work` may
 * begin transactions, each of which sees what was committed before the lock was had. 'busy': another one has it, and it was only tried.
 *
 * @param lock any number that nothing else in this database takes.
 */
export async function holdingLock<Result>(
  pool: Pool,
  lock: string,
  how: 'try' | 'wait',
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result | 'busy'> {
  const client = await pool.connect();
  let failed = true;
  try {
    const { rows } = await client.query<{ got: boolean }>(
      how === 'try'
        ? 'select pg_try_advisory_lock($1) as got'
        : 'select true as got from (select pg_advisory_lock($1)) l',
      [lock],
    );
    const isHeld = rows[0]?.got === true;
    const result = isHeld ? await work(client) : 'busy';
    if (isHeld) await client.query('select pg_advisory_unlock($1)', [lock]);
    failed = false;
    return result;
  } finally {
    // With the connection goes its lock, and a transaction that is open.
    client.release(failed);
  }
}
