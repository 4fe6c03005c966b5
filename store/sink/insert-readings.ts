import type { PoolClient } from '../pool.js';
import { ROW_COLUMNS, rowParameters, ROWS } from './row-parameters.js';
import type { StagedRow } from './staged-row.js';

/**
 * Puts those rows into `readings` under whose key nothing is; answers how many went in. Sorted by key, so that two connections
 * that write the same keys wait for each other instead of deadlocking.
 */
export async function insertReadings(
  client: PoolClient,
  rows: readonly StagedRow[],
  batchId: number,
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into readings (${ROW_COLUMNS}, batch_id)
     select ${ROW_COLUMNS}, $8 from ${ROWS} as s (${ROW_COLUMNS})
     order by series_id, ts, context
     on conflict (series_id, ts, context) do nothing`,
    [...rowParameters(rows), batchId],
  );
  return rowCount ?? 0;
}
