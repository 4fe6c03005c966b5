import type { Logger } from 'pino';
import { inTransaction } from './in-transaction.js';
import type { Pool, PoolClient } from './pool.js';

/** A UTC day: whole days since 1970-01-01. */
export type Day = number;

const DAY_MS = 86_400_000;

/** Each partition and its index is locked until the commit; the lock table is 6,400 slots wide by default. */
const DAYS_PER_TRANSACTION = 50;

/** Days around today that may always be had, so that old readings that use the limit up don't stop today's. */
const ALWAYS_AHEAD_DAYS = 2;

/** Serialises whoever makes partitions. Any number that nothing else in this database takes: ASCII of "dayparts". */
const PARTITION_LOCK = '7233196000111916147';

/**
 * A day's partition is appended to, and then never again: without more inserts nothing would ever vacuum its last rows. By
 * default that is up to a sixth of it, which index-only scans would look up row by row, and which a vacuum against wraparound
 * would rewrite at a time of its own choosing. So autovacuum comes after each fiftieth that is new, and freezes at once
 * what it visits: every page is visited once. `make_reading_day` sets it (store/migrations).
 */
export const PARTITION_STORAGE: Readonly<Record<string, string>> = {
  autovacuum_vacuum_insert_scale_factor: '0.02',
  autovacuum_freeze_min_age: '0',
};

export const dayOf = (timestampMs: number): Day => Math.floor(timestampMs / DAY_MS);

/** `2026-03-10`. */
export const isoDate = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** `readings_YYYYMMDD`. */
export const partitionName = (day: Day): string => `readings_${isoDate(day).replaceAll('-', '')}`;

/** null: no day's partition has this name. */
export function dayOfPartition(name: string): Day | null {
  const [, year, month, date] = /^readings_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  return date === undefined ? null : dayOf(Date.UTC(Number(year), Number(month) - 1, Number(date)));
}

/** Makes the partitions of today, yesterday and `days` days ahead, whatever the limit. Safe at any time, by several at once. */
export async function ensurePartitionsAhead(
  pool: Pool,
  days: number,
  now: () => number = Date.now,
): Promise<void> {
  const today = dayOf(now());
  const wanted = Array.from({ length: days + 2 }, (_, index) => today - 1 + index);
  const existing = await existingDays(pool);
  await createPartitions(
    pool,
    wanted.filter((day) => !existing.has(day)),
  );
}

/** How many days from tomorrow on have a partition, without a gap; 0: tomorrow has none. */
export async function daysAhead(pool: Pool, now: () => number = Date.now): Promise<number> {
  const existing = await existingDays(pool);
  const today = dayOf(now());
  let days = 0;
  while (existing.has(today + days + 1)) days += 1;
  return days;
}

export interface DayPartitionsOptions {
  readonly pool: Pool;
  /** Partitions in all, above which days other than today's are refused. */
  readonly max: number;
  readonly logger?: Logger;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Told how many there are each time they are counted. */
  readonly onCounted?: (count: number) => void;
}

/** The day partitions of `readings` as one process knows them. */
export class DayPartitions {
  private known: ReadonlySet<Day> = new Set();
  /** The last one who makes partitions, or the first one to come. Never rejects. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: DayPartitionsOptions) {}

  /**
   * Makes the partitions of these days that are missing, in transactions of their own, so that no writer waits for it:
   * CREATE TABLE .. LIKE and ATTACH take no lock that a flush conflicts with.
   *
   * @returns the days that can't be had, since there would be more than `max` partitions; those nearest today come first.
   */
  async ensurePartitions(days: Iterable<Day>): Promise<ReadonlySet<Day>> {
    const wanted = new Set(days);
    if ([...wanted].every((day) => this.known.has(day))) return new Set();
    // One after the other: two that count the same room would together make more than fit in.
    const refused = this.turn.then(() => this.makeMissing(wanted));
    this.turn = refused.catch(() => undefined);
    return refused;
  }

  private async makeMissing(wanted: ReadonlySet<Day>): Promise<ReadonlySet<Day>> {
    await this.count();
    const today = dayOf((this.options.now ?? Date.now)());
    const missing = [...wanted]
      .filter((day) => !this.known.has(day))
      .sort((a, b) => Math.abs(a - today) - Math.abs(b - today) || b - a);
    const isCurrent = (day: Day): boolean => day >= today - 1 && day <= today + ALWAYS_AHEAD_DAYS;
    let room = this.options.max - this.known.size;
    const made: Day[] = [];
    const refused = new Set<Day>();
    for (const day of missing) {
      if (room > 0 || isCurrent(day)) {
        made.push(day);
        room -= 1;
      } else {
        refused.add(day);
      }
    }
    if (made.length > 0) {
      await createPartitions(this.options.pool, made);
      await this.count();
      this.options.logger?.debug({ days: made.map(isoDate) }, 'day partitions made');
    }
    return refused;
  }

  /** After a partition turned out to be gone. */
  forget(): void {
    this.known = new Set();
  }

  private async count(): Promise<void> {
    this.known = await existingDays(this.options.pool);
    this.options.onCounted?.(this.known.size);
  }
}

/** Days that have a partition. */
export async function existingDays(pool: Pool): Promise<Set<Day>> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'readings'::regclass`,
  );
  return new Set(rows.flatMap(({ name }) => dayOfPartition(name) ?? []));
}

async function createPartitions(pool: Pool, days: readonly Day[]): Promise<void> {
  for (let index = 0; index < days.length; index += DAYS_PER_TRANSACTION) {
    await createInOneTransaction(pool, days.slice(index, index + DAYS_PER_TRANSACTION));
  }
}

async function createInOneTransaction(pool: Pool, days: readonly Day[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
    for (const day of days) await createPartition(client, day);
  });
}

/** By a function of the database's owner: whoever stores readings may make no tables. */
async function createPartition(client: PoolClient, day: Day): Promise<void> {
  await client.query('select make_reading_day($1::date)', [isoDate(day)]);
}
