import { describe, expect, it } from 'vitest';
import { WalHistory } from './wal-history.js';

function historyOf(...samples: [atMs: number, lsn: number][]): WalHistory {
  const history = new WalHistory(60_000);
  for (const [atMs, lsn] of samples) history.add({ atMs, lsn: BigInt(lsn) });
  return history;
}

describe('the lag of a replica', () => {
  it('is the time since the newest sample that it has replayed', () => {
    const history = historyOf([1_000, 10], [2_000, 20], [3_000, 30]);
    expect(history.lagMs(30n, 3_005)).toBe(5);
    expect(history.lagMs(29n, 3_005)).toBe(1_005);
    expect(history.lagMs(20n, 3_005)).toBe(1_005);
    expect(history.lagMs(10n, 3_005)).toBe(2_005);
  });

  it('is no more when it is ahead of what was sampled', () => {
    expect(historyOf([1_000, 10]).lagMs(11n, 1_002)).toBe(2);
    expect(historyOf([1_000, 10]).lagMs(11n, 900)).toBe(0);
  });

  it('does not grow while the primary writes nothing', () => {
    const history = historyOf([1_000, 10], [2_000, 10], [90_000, 10]);
    expect(history.lagMs(10n, 90_001)).toBe(1);
  });

  it('counts from the last sample before the primary wrote again', () => {
    const history = historyOf([1_000, 10], [30_000, 10], [31_000, 20]);
    expect(history.lagMs(10n, 31_000)).toBe(1_000);
  });

  it('is unknown without samples, and beyond them', () => {
    expect(historyOf().lagMs(10n, 1)).toBe(Infinity);
    expect(historyOf().newestAtMs).toBeUndefined();
    expect(historyOf([1_000, 10]).lagMs(9n, 1_000)).toBe(Infinity);
  });

  it('is unknown past what is kept', () => {
    const history = historyOf([1_000, 10], [2_000, 20], [61_500, 30]);
    expect(history.lagMs(19n, 61_500)).toBe(Infinity);
    expect(history.lagMs(20n, 61_500)).toBe(59_500);
    expect(history.oldestAtMs).toBe(2_000);
  });

  it('is told by the new primary alone once the log has gone backwards', () => {
    const history = historyOf([1_000, 10], [2_000, 100], [3_000, 50]);
    expect(history.lagMs(49n, 3_000)).toBe(Infinity);
    expect(history.lagMs(50n, 3_000)).toBe(0);
    expect(history.newestAtMs).toBe(3_000);
  });
});
