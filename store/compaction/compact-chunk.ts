import { copyOut, copyRows } from '../copy/copy.js';
import { inTransaction } from '../in-transaction.js';
import { isoDate, type Day } from '../partitions.js';
import type { Pool, PoolClient } from '../pool.js';
import { tryLockDay } from './day-lock.js';
import { packSeriesDay, type PackedDay } from './pack-series-day.js';
import { COMPACTED, packedRows } from './packed-rows.js';
import { SeriesDays } from './series-days.js';
import { THAW } from './thaw-days.js';

export interface CompactedChunk {
  /** The last series that was looked at: the next chunk goes on behind it. */
  readonly lastSeriesId: number;
  readonly series: number;
  readonly readings: number;
}

/**
 * Takes the rows of the next series of a day out of `readings`, and puts one row for each series in their place: in one transaction, so
 * that whoever reads sees them in one form or the other.
 *
 * @param afterSeriesId 0: from the first one on.
 * @param rows about so many at once, and those of a series as a whole.
 * @returns 'none': there are no more; 'held': somebody writes into the day right now.
 */
export async function compactChunk(
  pool: Pool,
  day: Day,
  afterSeriesId: number,
  rows: number,
): Promise<CompactedChunk | 'none' | 'held'> {
  return inTransaction(pool, async (client) => {
    if (!(await tryLockDay(client, day))) return 'held';
    const last = await lastSeries(client, ofDay(day), afterSeriesId, rows);
    if (last === null) return 'none';
    const moved = await move(client, day, `series_id > ${afterSeriesId} and series_id <= ${last}`);
    return { lastSeriesId: last, ...moved };
  });
}

/** The same for all rows of some series of a day. */
export async function moveSeries(
  pool: Pool,
  day: Day,
  seriesIds: readonly number[],
): Promise<Omit<CompactedChunk, 'lastSeriesId'> | 'held'> {
  return inTransaction(pool, async (client) => {
    if (!(await tryLockDay(client, day))) return 'held';
    return move(client, day, `series_id = any ('{${seriesIds.join()}}'::integer[])`);
  });
}

/** @param series SQL: a condition on series_id. The day is locked. */
async function move(
  client: PoolClient,
  day: Day,
  series: string,
): Promise<Omit<CompactedChunk, 'lastSeriesId'>> {
  const date = isoDate(day);
  const ofChunk = `${ofDay(day)} and ${series}`;
  await thawTwice(client, day, series);
  const reader = await copyOut(
    client,
    `delete from readings where ${ofChunk} returning ${SeriesDays.COLUMNS}`,
  );
  const packed: PackedDay[] = [];
  for (const each of SeriesDays.read(reader)) {
    const row = packSeriesDay(each);
    if (row === null) throw new Error(`day ${date} of series ${each.seriesId} can't be compacted`);
    packed.push(row);
  }
  await client.query('insert into compacted_days (day) values ($1) on conflict do nothing', [date]);
  await copyRows(client, `compacted_readings (${COMPACTED})`, packedRows(packed, day));
  return {
    series: packed.length,
    readings: packed.reduce((sum, { count }) => sum + count, 0),
  };
}

/** SQL: a condition on ts. */
const ofDay = (day: Day): string =>
  `ts >= '${isoDate(day)} 00:00+00' and ts < '${isoDate(day + 1)} 00:00+00'`;

/** The series of the last row among the next ones; null: there are none. By the primary key alone. */
async function lastSeries(
  client: PoolClient,
  inDay: string,
  afterSeriesId: number,
  rows: number,
): Promise<number | null> {
  const { rows: found } = await client.query<{ last: number | null }>(
    `select max(series_id) as last from (
       select series_id from readings where ${inDay} and series_id > $1 order by series_id limit $2
     ) next`,
    [afterSeriesId, rows],
  );
  return found[0]?.last ?? null;
}

/** Code that knew nothing of compacted days may have written rows beside one: they become one row again. */
async function thawTwice(client: PoolClient, day: Day, series: string): Promise<void> {
  const date = isoDate(day);
  const { rows } = await client.query<{ series_id: number }>(
    `select series_id from compacted_readings c where day = $1 and ${series}
       and exists (select from readings r where r.series_id = c.series_id and ${ofDay(day)})`,
    [date],
  );
  if (rows.length === 0) return;
  await client.query(THAW, [rows.map(({ series_id }) => series_id), rows.map(() => date)]);
}
