import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Liveness, type Watched } from './liveness.js';

class FakeSocket implements Watched {
  heard = true;
  missed = 0;
  slot = 0;
  exempt = false;
  pings: number[] = [];
  expiredAt: number | null = null;
  constructor(private readonly answers: boolean) {}
  ping(): void {
    this.pings.push(Date.now());
    if (this.answers) this.heard = true;
  }
  expire(): void {
    this.expiredAt = Date.now();
  }
}

describe('Liveness', () => {
  const INTERVAL = 30_000;
  let liveness: Liveness<FakeSocket>;

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    liveness = new Liveness(INTERVAL);
    liveness.start();
  });
  afterEach(() => {
    liveness.stop();
    vi.useRealTimers();
  });

  function watch(answers: boolean): FakeSocket {
    const socket = new FakeSocket(answers);
    liveness.add(socket);
    return socket;
  }

  it('pings a socket that answers once an interval and keeps it', () => {
    const socket = watch(true);
    vi.advanceTimersByTime(10 * INTERVAL);
    expect(socket.expiredAt).toBeNull();
    expect(socket.pings.length).toBeGreaterThanOrEqual(9);
    expect(socket.pings.length).toBeLessThanOrEqual(10);
  });

  it('ends a socket that is silent for two intervals, and not sooner', () => {
    const socket = watch(false);
    vi.advanceTimersByTime(2 * INTERVAL);
    expect(socket.expiredAt).toBeNull();
    vi.advanceTimersByTime(INTERVAL);
    expect(socket.expiredAt).toBeGreaterThanOrEqual(2 * INTERVAL);
  });

  it('does not judge a socket that is not read, and gives it the full time afterwards', () => {
    const socket = watch(false);
    socket.exempt = true;
    vi.advanceTimersByTime(10 * INTERVAL);
    expect(socket.expiredAt).toBeNull();
    socket.exempt = false;
    socket.heard = true;
    vi.advanceTimersByTime(2 * INTERVAL);
    expect(socket.expiredAt).toBeNull();
    vi.advanceTimersByTime(INTERVAL);
    expect(socket.expiredAt).not.toBeNull();
  });

  it('spreads the pings of many sockets evenly over the interval', () => {
    const sockets = Array.from({ length: 6_400 }, () => watch(true));
    vi.advanceTimersByTime(1.1 * INTERVAL);
    const perMoment = new Map<number, number>();
    for (const [at] of sockets.map(({ pings }) => pings))
      perMoment.set(at ?? -1, (perMoment.get(at ?? -1) ?? 0) + 1);
    expect(perMoment.has(-1)).toBe(false);
    expect(perMoment.size).toBe(64);
    expect(Math.max(...perMoment.values())).toBe(100);
  });

  it('forgets a removed socket', () => {
    const socket = watch(false);
    liveness.remove(socket);
    vi.advanceTimersByTime(10 * INTERVAL);
    expect(socket.pings).toEqual([]);
    expect(socket.expiredAt).toBeNull();
  });

  it('works with intervals so short that there is one slot only', () => {
    const short = new Liveness<FakeSocket>(10);
    short.start();
    const socket = new FakeSocket(true);
    short.add(socket);
    vi.advanceTimersByTime(100);
    short.stop();
    expect(socket.pings).toHaveLength(10);
  });
});
