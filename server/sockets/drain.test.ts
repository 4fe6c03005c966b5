import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainEvenly, type DrainClock } from './drain.js';

/** A clock that jumps: each wait takes as long as asked, and now and then what the next of `stalls` says besides. */
function clockWith(stalls: readonly number[] = []): DrainClock & { ms: number } {
  let waits = 0;
  return {
    ms: 1_000,
    now() {
      return this.ms;
    },
    wait(ms) {
      this.ms += ms + (stalls[waits++ % Math.max(1, stalls.length)] ?? 0);
      return Promise.resolve();
    },
  };
}

async function closings(count: number, drainMs: number, stalls: readonly number[] = []): Promise<number[]> {
  const clock = clockWith(stalls);
  const sockets = Array.from({ length: count }, (_, index) => index);
  const closed: number[] = [];
  const at: number[] = [];
  await drainEvenly(
    sockets,
    drainMs,
    (socket) => {
      closed.push(socket);
      at.push(clock.ms - 1_000);
    },
    clock,
  );
  expect(closed).toEqual(sockets);
  return at;
}

/** The most of the sorted times that lie within one second of each other. */
function mostInASecond(times: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= 1_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe('drainEvenly', () => {
  it('closes every socket once, in order, in every second its even share', async () => {
    const at = await closings(15_000, 30_000);
    expect(at.at(-1)).toBe(30_000);
    const perSecond = Array.from(
      { length: 30 },
      (_, second) => at.filter((time) => time > second * 1_000 && time <= (second + 1) * 1_000).length,
    );
    expect(perSecond).toEqual(Array<number>(30).fill(500));
  });

  it('closes in no second more than 1.5 times its even share, however the process is held up meanwhile', async () => {
    const stall = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 1_500 }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 2_000, max: 30_000 }),
        fc.array(stall, { minLength: 50, maxLength: 200 }),
        async (count, drainMs, stalls) => {
          const at = await closings(count, drainMs, stalls);
          // One that is held up half of the time gives up: it must end.
          const withinTime = at.filter((time) => time < 1.5 * drainMs);
          const share = count / (drainMs / 1_000);
          // Sockets are closed whole.
          const most = Math.ceil(Math.max(1.5 * share, share + 2));
          expect(mostInASecond(withinTime)).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is over in its time, and after being held up in half as much again', async () => {
    expect((await closings(100, 5_000)).at(-1)).toBe(5_000);
    const heldUp = (await closings(100, 5_000, [...Array<number>(20).fill(0), 1_000])).at(-1);
    expect(heldUp).toBeGreaterThan(5_000);
    expect(heldUp).toBeLessThan(7_500 + 1_100);
  });

  it('closes all at once when there is no time to spread them over', async () => {
    expect(await closings(2, 0)).toEqual([0, 0]);
  });

  it('has nothing to wait for without sockets', async () => {
    await drainEvenly([], 60_000, () => undefined);
  });
});
