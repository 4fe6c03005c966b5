import type { PoolClient } from '../pool.js';

/**
 * Moves what was staged into `readings`; answers how many rows went in. Sorted by key, so that two connections that
 * write the same keys wait for each other instead of deadlocking.
 */
export async function insertReadings(client: PoolClient, batchId: number): Promise<number> {
  const { rowCount } = await client.query(
    `insert into readings (series_id, ts, context, value, transaction_id, quality, received_at, batch_id)
     select series_id, ts, context, value, transaction_id, quality, received_at, $1
     from staged_readings
     order by series_id, ts, context
     on conflict (series_id, ts, context) do nothing`,
    [batchId],
  );
  return rowCount ?? 0;
}
