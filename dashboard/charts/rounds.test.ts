import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rounds } from './rounds.js';

describe('rounds of loading again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('come once in their time, however often they are asked for, and not by themselves', () => {
    const rounds = new Rounds({ everyMs: 10_000 });
    for (let at = 0; at < 100; at += 1) rounds.touch();
    expect(rounds.round.value).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(rounds.round.value).toBe(1);
    vi.advanceTimersByTime(100_000);
    expect(rounds.round.value).toBe(1);
  });

  it('come once more when what asked for them has fallen silent', () => {
    const rounds = new Rounds({ everyMs: 10_000, quietMs: 90_000 });
    rounds.touch();
    vi.advanceTimersByTime(89_000);
    expect(rounds.round.value).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(rounds.round.value).toBe(2);
    vi.advanceTimersByTime(500_000);
    expect(rounds.round.value).toBe(2);
  });

  it('come no more when nobody waits', () => {
    const rounds = new Rounds({ everyMs: 10_000, quietMs: 90_000 });
    rounds.touch();
    rounds.close();
    vi.runAllTimers();
    expect(rounds.round.value).toBe(0);
  });
});
