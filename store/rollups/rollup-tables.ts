import type { PoolClient } from '../pool.js';

const prepared = new WeakSet<PoolClient>();

/*
 * What a pass computes, on its way into the tables. They live as long as their connection and are emptied by every commit;
 * columns in the order in which rows are written.
 */
const TABLES = `
  create temporary table if not exists pass_spans (
    ord integer not null,
    series_id integer not null,
    inner_from timestamptz not null,
    inner_to timestamptz not null,
    outer_from timestamptz not null,
    outer_to timestamptz not null
  ) on commit delete rows;
  create temporary table if not exists changed_rollups (
    level integer not null,
    series_id integer not null,
    bucket timestamptz not null,
    count integer not null,
    conflicts integer not null,
    first_ts timestamptz,
    last_ts timestamptz,
    min_value float8,
    max_value float8,
    sum_value float8,
    first_value float8,
    last_value float8,
    measured_wh float8,
    estimated_wh float8,
    suspect_wh float8,
    late integer,
    irregular integer,
    clock integer,
    cadence_ms integer,
    energy_samples integer
  ) on commit delete rows;
  create temporary table if not exists changed_slices (
    series_id integer not null,
    bucket timestamptz not null,
    transaction_id bigint not null,
    first_ts timestamptz,
    last_ts timestamptz,
    measured_wh float8,
    estimated_wh float8,
    suspect_wh float8,
    max_power_w float8,
    is_ended boolean not null
  ) on commit delete rows;`;

export async function prepareRollupTables(client: PoolClient): Promise<void> {
  if (prepared.has(client)) return;
  await client.query(`set temp_buffers = '16MB'; set work_mem = '32MB'; ${TABLES}`);
  prepared.add(client);
}
