import { setTimeout as delay } from 'node:timers/promises';
import { dayOf, dayOfPartition, isoDate, partitionName, type Day } from '../partitions.js';
import type { Pool } from '../pool.js';
import { alone } from './alone.js';
import { compactChunk } from './compact-chunk.js';
import { YOUNGEST_COMPACTED_DAYS } from './thaw-days.js';

/** About a third of a second each: for so long a late reading of the day waits. */
const CHUNK_ROWS = 100_000;
const HELD_MS = 250;

export interface CompactionProgress {
  readonly day: Day;
  /** So far, of all days. */
  readonly readings: number;
  readonly series: number;
  /** Days that are done. */
  readonly days: number;
}

export interface CompactDaysOptions {
  readonly pool: Pool;
  /** Days before this one; those that are too young are left, whatever it says. */
  readonly before: Day;
  /** How long to rest after a chunk, by how long that took: 1 is half of the time. Default 0. */
  readonly rest?: number;
  /** Whether to vacuum each day afterwards, which only the owner of the tables may; else autovacuum does in its time. Default false. */
  readonly vacuum?: boolean;
  /** Ends after the chunk that is under way. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CompactionProgress) => void;
}

export interface Compacted {
  readonly days: number;
  readonly series: number;
  readonly readings: number;
  /** Days that somebody wrote into all the time: for another run. */
  readonly held: number;
}

/**
 * Moves old days from rows into their columnar form, oldest first. It may end at any moment, and be run again: what was moved is moved.
 * 'busy': another process compacts or drops days right now. Rejects with DATABASE_UNAVAILABLE.
 */
export async function compactDays(options: CompactDaysOptions): Promise<Compacted | 'busy'> {
  return alone(options.pool, () => inTurn(options));
}

async function inTurn({ pool, signal, ...options }: CompactDaysOptions): Promise<Compacted> {
  const before = Math.min(options.before, dayOf(Date.now()) - YOUNGEST_COMPACTED_DAYS + 1);
  const days = (await daysWithRows(pool)).filter((day) => day < before);
  const total = { days: 0, series: 0, readings: 0, held: 0 };
  if (days.length > 0) await pool.query('select begin_compaction()');
  for (const day of days) {
    if (signal.aborted) break;
    const isDone = await compactDay({ ...options, pool, signal, day }, (chunk) => {
      total.series += chunk.series;
      total.readings += chunk.readings;
      options.onProgress?.({ day, ...total });
    });
    if (isDone === 'held') total.held += 1;
    if (isDone !== 'done') continue;
    if (options.vacuum === true) await pool.query(`vacuum ${partitionName(day)}`);
    total.days += 1;
    options.onProgress?.({ day, ...total });
  }
  await emptyDays(pool);
  return total;
}

async function compactDay(
  { pool, day, rest = 0, signal }: Omit<CompactDaysOptions, 'before'> & { readonly day: Day },
  onChunk: (chunk: { readonly series: number; readonly readings: number }) => void,
): Promise<'done' | 'held' | 'stopped'> {
  let after = 0;
  let timesHeld = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const chunk = await compactChunk(pool, day, after, CHUNK_ROWS);
    if (chunk === 'none') return 'done';
    if (chunk === 'held') {
      timesHeld += 1;
      if (timesHeld > MAX_TIMES_HELD) return 'held';
      await delay(HELD_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    timesHeld = 0;
    after = chunk.lastSeriesId;
    onChunk(chunk);
    await delay((performance.now() - startedAt) * rest, undefined, { signal }).catch(() => undefined);
  }
  return 'stopped';
}

/** Half a minute. */
const MAX_TIMES_HELD = 120;

/** Oldest first. */
async function daysWithRows(pool: Pool): Promise<Day[]> {
  const found: Day[] = [];
  const sized = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'readings'::regclass and pg_relation_size(c.oid) > 0`,
  );
  const days = sized.rows.flatMap(({ name }) => dayOfPartition(name) ?? []);
  for (const day of days.sort((a, b) => a - b)) {
    const { rows } = await pool.query<{ any: boolean }>(
      'select exists (select from readings where ts >= $1::timestamptz and ts < $2::timestamptz) as any',
      [`${isoDate(day)} 00:00+00`, `${isoDate(day + 1)} 00:00+00`],
    );
    if (rows[0]?.any === true) found.push(day);
  }
  return found;
}

/**
 * Gives the space of days back that were compacted, where vacuum has taken their rows away already.
 *
 * @returns how many.
 */
export async function emptyDays(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ day: string }>(
    `select day::text from compacted_days cross join lateral (select to_regclass('readings_' || to_char(day, 'YYYYMMDD')) as name) p
     where pg_relation_size(p.name) = 0 and pg_indexes_size(p.name) > 2 * current_setting('block_size')::integer`,
  );
  let emptied = 0;
  for (const { day } of rows) {
    const done = await pool.query<{ done: boolean }>('select empty_reading_day($1::date) as done', [day]);
    if (done.rows[0]?.done === true) emptied += 1;
  }
  return emptied;
}
