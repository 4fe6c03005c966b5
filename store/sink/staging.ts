import { copyIn } from '../copy/copy.js';
import type { PoolClient } from '../pool.js';
import { encodeStagedRows, STAGED_COLUMNS } from './encode-staged-rows.js';
import type { StagedRow } from './staged-row.js';

const prepared = new WeakSet<PoolClient>();

/**
 * The staging table lives as long as its connection and is emptied by every commit. Sorting and buffering a large batch
 * in memory is worth these settings (a batch of 50,000 takes 5 MB).
 */
export async function prepareStaging(client: PoolClient): Promise<void> {
  if (prepared.has(client)) return;
  await client.query(`
    set temp_buffers = '16MB';
    set work_mem = '32MB';
    create temporary table if not exists staged_readings (${STAGED_COLUMNS}) on commit delete rows;`);
  prepared.add(client);
}

export async function stage(client: PoolClient, rows: readonly StagedRow[]): Promise<void> {
  await copyIn(client, 'staged_readings', encodeStagedRows(rows));
}
