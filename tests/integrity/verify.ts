import { expect } from 'vitest';
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
