import { compactedIn, dayAt, decoded } from '../compaction/stored-readings.js';
import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { storedReadingColumns, type StoredReading } from './stored-reading.js';

/** The place of a reading in the order (series, timestamp, context). */
export interface ReadingPosition {
  readonly seriesId: number;
  readonly timestampMs: number;
  readonly contextId: number;
}

export interface ReadingsQuestion {
  readonly seriesIds: readonly number[];
  /** undefined: every context. */
  readonly contextIds: readonly number[] | undefined;
  /** Half-open. Both ends are demanded: a read without them would plan and open every day there is. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: ReadingPosition | undefined;
  readonly limit: number;
}

const ON_PAGE = (row: string): string => `
  ${row}.ts >= $2::timestamptz and ${row}.ts < $3::timestamptz
  and ($4::integer[] is null or ${row}.context = any($4::integer[]))
  and ($5::integer is null or (${row}.series_id, ${row}.ts, ${row}.context) > ($5, $6::timestamptz, $7::integer))`;

/**
 * Expected plan: Merge Append over index scans of the primary keys (series_id, ts, context) of the days in range, cut off
 * by the limit; other days are pruned. Beside it, compacted days by their primary key in its order, unpacked one after the other by
 * an Incremental Sort until there are enough. The dictionaries are joined to the page alone; sessions, of which there may be millions,
 * are looked up one by one.
 */
const SQL = `
  with page as (
    (
      select r.series_id, r.ts, r.context, r.value, r.transaction_id, r.quality
      from readings r
      where r.series_id = any($1::integer[]) and ${ON_PAGE('r')}
      order by r.series_id, r.ts, r.context
      limit $8
    )
    union all
    (
      select c.series_id, d.ts, d.context, d.value, d.transaction_id, d.quality
      from compacted_readings c ${decoded(['series_id', 'ts', 'context', 'value', 'transaction_id', 'quality'])}
      where ${compactedIn({ series: '= any($1::integer[])', from: '$2::timestamptz', to: '$3::timestamptz' })}
        and ($5::integer is null or (c.series_id, c.day) >= ($5, ${dayAt('$6::timestamptz')})) and ${ON_PAGE('d')}
      order by c.series_id, c.day, d.n
      limit $8
    )
    order by series_id, ts, context
    limit $8
  )
  select ${storedReadingColumns('p')}
  from page p
  join series s on s.id = p.series_id
  join contexts c on c.id = p.context
  order by p.series_id, p.ts, p.context`;

/** Series that are looked at first, and how many times more after each look that didn't fill the page. */
const FIRST_SERIES = 8;
const MORE_SERIES = 8;

/**
 * Readings in the order (series, timestamp, context), after a position. A page is mostly of the next few series: to plan with
 * those of a hundred charge points, and to open each day for them, takes longer than to read it.
 */
export async function readReadings(query: Query, question: ReadingsQuestion): Promise<StoredReading[]> {
  const { after, limit } = question;
  // Series before the position have been read.
  const seriesIds = question.seriesIds
    .filter((id) => after === undefined || id >= after.seriesId)
    .sort((a, b) => a - b);
  const rows: StoredReading[] = [];
  // Nor are all compacted days unpacked and sorted where the first few will do.
  await preferIndexes(query, ['sort']);
  for (let from = 0, count = FIRST_SERIES; from < seriesIds.length && rows.length < limit;) {
    const part = { ...question, seriesIds: seriesIds.slice(from, from + count), limit: limit - rows.length };
    const { text, values } = readingsStatement(part);
    rows.push(...(await query<StoredReading>(text, values)));
    from += count;
    count *= MORE_SERIES;
  }
  return rows;
}

/** The statement itself, so that its plan can be looked at. */
export function readingsStatement(question: ReadingsQuestion): { text: string; values: unknown[] } {
  const { after, seriesIds } = question;
  return {
    text: SQL,
    values: [
      seriesIds,
      new Date(question.fromMs).toISOString(),
      new Date(question.toMs).toISOString(),
      question.contextIds ?? null,
      after?.seriesId ?? null,
      after === undefined ? null : new Date(after.timestampMs).toISOString(),
      after?.contextId ?? null,
      question.limit,
    ],
  };
}
