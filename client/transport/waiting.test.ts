import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './connection.js';
import { Turnstile } from './turnstile.js';
import { Wakeup } from './wakeup.js';

describe('a wake-up', () => {
  it('does not lose what happened before the wait', async () => {
    const wakeup = new Wakeup();
    wakeup.notify();
    await wakeup.wait(Infinity);
  });

  it('ends a wait, and only that one', async () => {
    const wakeup = new Wakeup();
    const waiting = wakeup.wait(Infinity);
    wakeup.notify();
    await waiting;
    const next = wakeup.wait(Infinity).then(() => 'woken');
    expect(await Promise.race([next, wakeupless()])).toBe('asleep');
    wakeup.notify();
    expect(await next).toBe('woken');
  });

  it('takes a time in the past for now', async () => {
    await new Wakeup().wait(-5);
  });
});

describe('a turnstile', () => {
  it('lets only so many run at once, in the order of coming, also after one failed', async () => {
    const turnstile = new Turnstile(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((number) =>
        turnstile.pass(async () => {
          started.push(number);
          most = Math.max(most, ++running);
          await Promise.resolve();
          running--;
          if (number === 2) throw new Error('broken');
          return number;
        }),
      ),
    );
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(results.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-10T06:00:00Z');
  it.each([
    [undefined, 0],
    ['', 0],
    ['3', 3_000],
    ['-3', 0],
    ['Tue, 10 Mar 2026 06:00:05 GMT', 5_000],
    ['Tue, 10 Mar 2020 06:00:05 GMT', 0],
    ['soon', 0],
    ['99999999', 120_000],
  ])('of %j is %d ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

function wakeupless(): Promise<string> {
  return new Promise((resolve) => setImmediate(() => resolve('asleep')));
}
