import { storedReadings } from '../compaction/stored-readings.js';
import type { Query } from './read-database.js';
import type { StoredReading } from './stored-reading.js';

type Key = Pick<StoredReading, 'seriesId' | 'timestamp' | 'contextId'>;

/** What stands for a key in `readings`. */
export interface StandingValue {
  readonly value: number;
  readonly transactionId: string | null;
  readonly quality: number;
  readonly receivedAt: Date;
}

interface Row extends StandingValue {
  /** Of the key in the list that was asked for, from 1. */
  readonly place: number;
}

const READINGS = storedReadings({
  columns: ['ts', 'context', 'value', 'quality', 'received_at', 'transaction_id'],
  series: '= k.series_id',
  from: 'k.ts',
  to: 'k.ts',
  toIncluded: true,
  and: 'context = k.context and ts >= $4::timestamptz and ts <= $5::timestamptz',
});

/** One probe of a primary key each; the outer bounds prune days when planning, the keys when running. */
const SQL = `
  select k.place::integer, r.value, r.quality, r.received_at as "receivedAt",
    (select external_id from transactions where id = r.transaction_id) as "transactionId"
  from unnest($1::integer[], $2::timestamptz[], $3::integer[]) with ordinality as k(series_id, ts, context, place)
  cross join lateral ${READINGS} r`;

/** The standing value of each key, in their order; undefined where none is stored (its day was dropped). */
export async function readStandingValues(
  query: Query,
  keys: readonly Key[],
): Promise<(StandingValue | undefined)[]> {
  if (keys.length === 0) return [];
  const times = keys.map(({ timestamp }) => timestamp.getTime());
  const rows = await query<Row>(SQL, [
    keys.map(({ seriesId }) => seriesId),
    keys.map(({ timestamp }) => timestamp.toISOString()),
    keys.map(({ contextId }) => contextId),
    new Date(Math.min(...times)).toISOString(),
    new Date(Math.max(...times)).toISOString(),
  ]);
  const found = new Map(rows.map(({ place, ...standing }) => [place, standing]));
  return keys.map((_, index) => found.get(index + 1));
}
