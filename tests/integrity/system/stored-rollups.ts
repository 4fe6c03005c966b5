import { query } from './log-ends.js';

const SERIES = `concat_ws('/', s.charge_point_id, s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit)`;

const bySeries = (table: string): string => `
  select '${table} ' || ${SERIES} || ' ' || (to_jsonb(r) - 'series_id')::text as line
  from ${table} r join series s on s.id = r.series_id`;

const STATEMENTS = [
  ...['rollup_15m', 'rollup_1h', 'rollup_1d', 'register_evidence', 'register_semantics'].map(bySeries),
  `select 'slice ' || ${SERIES} || ' ' || t.external_id || ' ' || (to_jsonb(r) - 'series_id' - 'transaction_id')::text as line
   from transaction_slices r join series s on s.id = r.series_id join transactions t on t.id = r.transaction_id`,
  `select concat_ws(' ', 'transaction', charge_point_id, external_id, first_reading_at, last_reading_at, end_was_read) as line
   from transactions`,
];

/** Every row of the aggregates as a line of text, with natural keys instead of ids; sorted. */
export async function storedRollups(databaseUrl: string): Promise<string[]> {
  const lines: string[] = [];
  for (const statement of STATEMENTS) {
    for (const { line } of await query<{ line: string }>(databaseUrl, statement)) lines.push(line);
  }
  return lines.sort();
}
