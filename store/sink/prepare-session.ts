import type { PoolClient } from '../pool.js';

const prepared = new WeakSet<PoolClient>();

/** Sorting a large batch in memory is worth it. */
export async function prepareSession(client: PoolClient): Promise<void> {
  if (prepared.has(client)) return;
  await client.query(`set work_mem = '32MB'`);
  prepared.add(client);
}
