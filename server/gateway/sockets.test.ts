import { describe, expect, it } from 'vitest';
import { Sockets, monotonicMicros, type Claimant } from './sockets.js';

class FakeSocket implements Claimant {
  closed = false;
  constructor(
    readonly claimedAt: number,
    readonly chargePointId: string | null = 'CP-1',
  ) {}
  replaced(): void {
    this.closed = true;
  }
}

describe('Sockets', () => {
  it('closes the older socket when a charge point connects again', () => {
    const sockets = new Sockets<FakeSocket>();
    const [older, newer] = [new FakeSocket(1), new FakeSocket(2)];
    sockets.claim('CP-1', older);
    sockets.claim('CP-1', newer);
    expect([older.closed, newer.closed]).toEqual([true, false]);
  });

  it('keeps the newer socket when the older one ends afterwards', () => {
    const sockets = new Sockets<FakeSocket>();
    const [older, newer] = [new FakeSocket(1), new FakeSocket(2)];
    sockets.claim('CP-1', older);
    sockets.claim('CP-1', newer);
    sockets.release(older);
    expect(sockets.evict('CP-1', 3)).toBe(true);
    expect(newer.closed).toBe(true);
  });

  it('is not evicted by a claim that is older than its own', () => {
    const sockets = new Sockets<FakeSocket>();
    const socket = new FakeSocket(5);
    sockets.claim('CP-1', socket);
    expect(sockets.evict('CP-1', 4)).toBe(false);
    expect(socket.closed).toBe(false);
    expect(sockets.evict('CP-1', 6)).toBe(true);
    expect(sockets.evict('CP-1', 7)).toBe(false);
  });

  it('takes ids such as __proto__ for what they are', () => {
    const sockets = new Sockets<FakeSocket>();
    expect(sockets.evict('__proto__', 1)).toBe(false);
    const socket = new FakeSocket(1, '__proto__');
    sockets.claim('__proto__', socket);
    sockets.release(socket);
    expect(sockets.evict('__proto__', 2)).toBe(false);
  });

  it('measures claims by a clock that does not go back', () => {
    const first = monotonicMicros();
    expect(monotonicMicros()).toBeGreaterThanOrEqual(first);
  });
});
