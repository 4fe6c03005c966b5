import { expect } from 'vitest';
import { auditBooks } from '../../store/accounting/books.js';
import type { DayCheck } from '../../store/accounting/check-day.js';
import { createPool } from '../../store/pool.js';
import type { Expected } from './oracle.js';
import type { StoredState } from './system/stored-state.js';

/** What `GET /v1/stats` answers. */
export interface Stats {
  readonly messages: { received: number; stored: number; duplicate: number; rejected: number };
  readonly readings: {
    stored: number;
    duplicate: number;
    conflicting: number;
    rejected: number;
    waiting: number;
  };
  readonly chargePoints: number;
  readonly transactions: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Tolerance {
  /** Messages stand on the log at least as often as they were sent, since clients resent; without it, exactly. */
  readonly resent: boolean;
}

/** Every acknowledged reading once, with its value; nothing else; every counter right. */
export function expectToMatch(
  state: StoredState,
  stats: Stats,
  expected: Expected,
  { resent }: Tolerance,
): void {
  expectTable('readings', state.readings, expected.readings);
  expectTable('conflicts', state.conflicts, expected.conflicts);
  expectTable('latest readings', state.latest, expected.latest);
  expectTable('transactions', state.sessions, expected.sessions);
  expectTable('waiting readings', state.waiting, expected.waiting);
  if (resent) {
    expect(new Set(state.rejects), 'quarantine').toEqual(new Set(expected.rejects));
  } else {
    expect(state.rejects, 'quarantine').toEqual([...expected.rejects].sort());
  }
  expectStats(stats, expected, { resent });
  expect(stats.readings.stored, 'readings counted and readings in the table').toBe(state.readings.size);
  expect(stats.readings.rejected, 'rejects counted and rows in quarantine').toBe(state.rejects.length);
}

function expectStats(stats: Stats, expected: Expected, { resent }: Tolerance): void {
  const { received, stored, duplicate, rejected } = stats.messages;
  expect(received, 'received = stored + duplicate + rejected').toBe(stored + duplicate + rejected);
  if (resent) {
    expect(received, 'received').toBeGreaterThanOrEqual(expected.messages.received);
    expect({ ...stats.messages, received: 0, duplicate: 0, rejected: 0 }).toEqual({
      ...expected.messages,
      received: 0,
      duplicate: 0,
      rejected: 0,
    });
    expect(duplicate, 'messages repeated').toBeGreaterThanOrEqual(expected.messages.duplicate);
    expect(rejected, 'messages rejected').toBeGreaterThanOrEqual(expected.messages.rejected);
    expect(stats.readings.duplicate).toBeGreaterThanOrEqual(expected.counts.duplicate);
    expect(stats.readings.rejected).toBeGreaterThanOrEqual(expected.counts.rejected);
    expect(stats.readings.stored, 'readings stored').toBe(expected.counts.stored);
    expect(stats.readings.conflicting, 'readings conflicting').toBe(expected.counts.conflicting);
    expect(stats.readings.waiting, 'readings waiting').toBe(expected.counts.waiting);
  } else {
    expect(stats.messages).toEqual(expected.messages);
    expect(stats.readings).toEqual(expected.counts);
  }
  const { chargePoints, transactions, from, to } = expected;
  expect(stats).toMatchObject({ chargePoints, transactions, from, to });
}

/**
 * Every reading that was stored is there, and every one that is there was counted in the flush that stored it: now, and whenever the
 * workers looked. `taken_up` has what they found uncounted.
 */
export async function expectAccounted(databaseUrl: string): Promise<void> {
  const pool = createPool({ url: databaseUrl, max: 2, applicationName: 'verify' });
  try {
    const checks: DayCheck[] = [];
    const { signal } = new AbortController();
    await auditBooks(
      pool,
      { from: null, to: null, writeOff: null },
      { signal, onChecked: (check) => checks.push(check) },
    );
    const differing = checks.filter(({ differences }) => differences.length > 0);
    expect(differing, 'readings stored and readings in the table, by day and charge point').toEqual([]);
    const { rows } = await pool.query<{ day: string; missing: number; taken_up: number }>(
      'select day::text, missing, taken_up from account_checks where missing > 0 or taken_up > 0',
    );
    expect(rows, 'what workers found missing, or uncounted').toEqual([]);
    const { rows: totals } = await pool.query<{ books: number[]; partitions: number[] }>(
      `select
         (select array[coalesce(sum(received), 0), coalesce(sum(duplicate), 0), coalesce(sum(rejected), 0),
            coalesce(sum(readings), 0)]::float8[] from charge_point_days) as books,
         (select array[coalesce(sum(messages_received), 0), coalesce(sum(messages_duplicate), 0),
            coalesce(sum(messages_rejected), 0), coalesce(sum(readings_stored), 0)]::float8[] from consumer_positions) as partitions`,
    );
    expect(totals[0]?.books, 'messages and readings by charge point, and by partition').toEqual(
      totals[0]?.partitions,
    );
  } finally {
    await pool.end();
  }
}

/** Like toEqual, but names a handful of differences instead of printing 20,000 rows. */
export function expectTable<T>(
  what: string,
  stored: ReadonlyMap<string, T>,
  expected: ReadonlyMap<string, T>,
): void {
  const missing = [...expected.keys()].filter((key) => !stored.has(key));
  const unexpected = [...stored.keys()].filter((key) => !expected.has(key));
  const different = [...expected].flatMap(([key, value]) => {
    const found = stored.get(key);
    const same = found === undefined || JSON.stringify(found) === JSON.stringify(value);
    return same ? [] : [`${key}: ${JSON.stringify(found)} instead of ${JSON.stringify(value)}`];
  });
  const some = (list: readonly string[]): { count: number; first: readonly string[] } => ({
    count: list.length,
    first: list.slice(0, 5),
  });
  expect(
    { missing: some(missing), unexpected: some(unexpected), different: some(different) },
    `${what}: ${stored.size} stored, ${expected.size} expected`,
  ).toEqual({ missing: some([]), unexpected: some([]), different: some([]) });
}
