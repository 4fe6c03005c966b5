import { describe, expect, it } from 'vitest';
import type { FleetFigures } from '../../client/live/index.js';
import { HISTORY_MS, historyRange, keptHistory, type FleetPoint } from './fleet-history.js';

const figures = (timestamp: string): FleetFigures => ({
  timestamp,
  connected: 1,
  sockets: null,
  chargePoints: { active: 1, held: 0, retired: 0 },
  gateways: { alive: 1, lost: 0 },
  workers: { alive: 1, lost: 0 },
  messagesPerSecond: { received: null, stored: null },
  readingsPerSecond: null,
  acknowledgementSeconds: { p50: null, p99: null },
  workerLag: { messages: null, oldestSeconds: null },
  shedsPerSecond: { refusedConnections: null, retriedMessages: null },
  quarantineOpen: 0,
  conflicts: 0,
  rollupFreshnessSeconds: 0,
});

describe('the history of the figures', () => {
  it('takes the same figures once', () => {
    const once = keptHistory([], figures('a'), 1);
    expect(keptHistory(once, figures('a'), 2)).toBe(once);
    expect(keptHistory(once, figures('b'), 3)).toHaveLength(2);
  });

  it('forgets what is older than the sparklines show', () => {
    const once = keptHistory([], figures('a'), 1);
    expect(keptHistory(once, figures('b'), HISTORY_MS + 1).map(({ atMs }) => atMs)).toEqual([HISTORY_MS + 1]);
  });

  it('is bounded however often figures come', () => {
    let history: readonly FleetPoint[] = [];
    for (let index = 0; index < 3_000; index++) history = keptHistory(history, figures(String(index)), 1);
    expect(history).toHaveLength(1_200);
    expect(history.at(-1)?.figures.timestamp).toBe('2999');
  });
});

describe('the range that a picture of the history shows', () => {
  const point = (atMs: number): FleetPoint => ({ atMs, figures: figures(String(atMs)) });

  it('is a minute at least, then all there is, then the last minutes of it', () => {
    expect(historyRange([], 100_000)).toEqual({ fromMs: 40_000, toMs: 100_000 });
    expect(historyRange([point(0)], 100_000)).toEqual({ fromMs: 0, toMs: 100_000 });
    expect(historyRange([point(0)], HISTORY_MS + 7)).toEqual({ fromMs: 7, toMs: HISTORY_MS + 7 });
  });

  it('has what came after the clock was last looked at', () => {
    expect(historyRange([point(150_000)], 100_000)).toEqual({ fromMs: 90_000, toMs: 150_000 });
  });
});
