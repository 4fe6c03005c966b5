import { dayOf, dayOfPartition, daysAhead, isoDate } from '../partitions.js';
import type { Pool } from '../pool.js';

/** What some tables have on disk. */
export interface StorageItem {
  readonly name: string;
  readonly bytes: number;
  /** Of these, those of indexes. */
  readonly indexBytes: number;
}

export interface StorageReport {
  /** The whole database. */
  readonly bytes: number;
  /** The largest first. */
  readonly items: readonly StorageItem[];
  readonly days: {
    /** Days that have readings as rows; the first and the last of them, null where there is none. */
    readonly rows: number;
    readonly first: string | null;
    readonly last: string | null;
    /** Days of which anything is compacted. */
    readonly compacted: number;
    /** Partitions from tomorrow on, without a gap. */
    readonly ahead: number;
  };
  /** Bytes of a day, of those of the last week that are over; null: none is. */
  readonly rowBytesPerDay: number | null;
  /** null: nothing is compacted. */
  readonly compactedBytesPerDay: number | null;
  /** Of aggregates: bytes by the days that they span; null: there are none. */
  readonly aggregateBytesPerDay: number | null;
}

interface TableSize extends StorageItem {
  readonly table: string;
}

/** Other tables are told together. */
const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^readings_\d{8}$/, 'readings'],
  [/^compacted_readings$/, 'compacted readings'],
  [/^rollup_15m$/, 'aggregates of 15 minutes'],
  [/^rollup_1h$/, 'aggregates of hours'],
  [/^rollup_1d$/, 'aggregates of days'],
  [/^(transactions|transaction_slices)$/, 'sessions'],
  [/^(series|charge_points|latest_readings|contexts)$/, 'dictionaries and newest values'],
  [/^(quarantine|reading_conflicts|waiting_readings)$/, 'quarantine, conflicts and what waits'],
  [/^signed_values$/, 'signed values'],
  [/^findings$/, 'findings'],
  [/^audit/, 'audit'],
  [/^feed/, 'change feed'],
  [/^inbox/, 'log in PostgreSQL'],
];
const OTHERS = 'others';
const WEEK_DAYS = 7;

/** Sizes as the file system has them. Reads no rows: quick, however large the database is. */
export async function readStorageReport(pool: Pool, nowMs: number = Date.now()): Promise<StorageReport> {
  const { rows: tables } = await pool.query<TableSize>(
    `select c.relname as table, c.relname as name, pg_total_relation_size(c.oid) as bytes, pg_indexes_size(c.oid) as "indexBytes"
     from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'`,
  );
  const { rows: whole } = await pool.query<{ bytes: number }>(
    'select pg_database_size(current_database()) as bytes',
  );
  const { rows: compacted } = await pool.query<{ days: number; span: number | null }>(
    `select (select count(*) from compacted_days) as days,
       (select extract(epoch from max(last_ts) - min(first_ts)) * 1000 from consumer_positions)::float8 as span`,
  );
  const withRows = tables.flatMap(({ table, bytes, indexBytes }) => {
    const day = dayOfPartition(table);
    return day === null || bytes <= indexBytes ? [] : [{ day, bytes }];
  });
  const days = withRows.map(({ day }) => isoDate(day)).sort();
  const today = dayOf(nowMs);
  const week = withRows.filter(({ day }) => day < today && day >= today - WEEK_DAYS);
  const items = itemsOf(tables);
  const bytesOf = (names: RegExp): number =>
    items.filter(({ name }) => names.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  const compactedDays = compacted[0]?.days ?? 0;
  const span = compacted[0]?.span ?? null;
  return {
    bytes: whole[0]?.bytes ?? 0,
    items,
    days: {
      rows: days.length,
      first: days[0] ?? null,
      last: days.at(-1) ?? null,
      compacted: compactedDays,
      ahead: await daysAhead(pool, () => nowMs),
    },
    rowBytesPerDay: week.length === 0 ? null : week.reduce((sum, { bytes }) => sum + bytes, 0) / week.length,
    compactedBytesPerDay: compactedDays === 0 ? null : bytesOf(/^compacted/) / compactedDays,
    aggregateBytesPerDay: span === null ? null : bytesOf(/^aggregates/) / Math.max(1, span / DAY_MS),
  };
}

const DAY_MS = 86_400_000;

function itemsOf(tables: readonly TableSize[]): StorageItem[] {
  const items = new Map<string, { bytes: number; indexBytes: number }>();
  for (const { table, bytes, indexBytes } of tables) {
    const name = NAMES.find(([pattern]) => pattern.test(table))?.[1] ?? OTHERS;
    const item = items.get(name) ?? { bytes: 0, indexBytes: 0 };
    items.set(name, { bytes: item.bytes + bytes, indexBytes: item.indexBytes + indexBytes });
  }
  return [...items]
    .map(([name, sizes]) => ({ name, ...sizes }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
