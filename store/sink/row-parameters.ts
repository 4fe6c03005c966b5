import { float64s, int16s, int32s, int64s, times } from '../copy/binary-array.js';
import type { StagedRow } from './staged-row.js';

/** Parameters of a statement that begin with rows, to be unnested. */
export const ROWS =
  'unnest($1::integer[], $2::timestamptz[], $3::smallint[], $4::float8[], $5::bigint[], $6::smallint[], $7::timestamptz[])';
export const ROW_COLUMNS = 'series_id, ts, context, value, transaction_id, quality, received_at';

export const rowParameters = (rows: readonly StagedRow[]): Buffer[] => [
  ...keyParameters(rows),
  float64s(rows.map(({ value }) => value)),
  int64s(rows.map(({ transactionId }) => transactionId)),
  int16s(rows.map(({ quality }) => quality)),
  times(rows.map(({ receivedAtMs }) => receivedAtMs)),
];

/** The same of keys alone, numbered from 1 on. */
export const KEYS = `unnest($1::integer[], $2::timestamptz[], $3::smallint[]) with ordinality
  as s (series_id, ts, context, number)`;

export const keyParameters = (rows: readonly StagedRow[]): Buffer[] => [
  int32s(rows.map(({ seriesId }) => seriesId)),
  times(rows.map(({ timestampMs }) => timestampMs)),
  int16s(rows.map(({ contextId }) => contextId)),
];
