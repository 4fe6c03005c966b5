import { describe, expect, it } from 'vitest';
import { withPatience } from './with-patience.js';

/** A clock that moves by pauses alone. */
function clock(): { now: () => number; pause: (ms: number) => Promise<void>; pauses: number[] } {
  let time = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    pause: (ms) => {
      pauses.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

describe('patience', () => {
  it('tries again a second after each failure that may pass, and tells of each', async () => {
    const { pauses, ...time } = clock();
    const told: unknown[] = [];
    let attempts = 0;
    const attempt = (): Promise<string> =>
      ++attempts < 3 ? Promise.reject(new Error(`failure ${attempts}`)) : Promise.resolve('done');
    const onWait = (error: unknown): void => void told.push((error as Error).message);
    expect(await withPatience(attempt, { waitMs: 60_000, mayPass: () => true, onWait, ...time })).toBe(
      'done',
    );
    expect(pauses).toEqual([1_000, 1_000]);
    expect(told).toEqual(['failure 1', 'failure 2']);
  });

  it('ends with the last failure when time is up, and not before', async () => {
    const { pauses, ...time } = clock();
    let attempts = 0;
    const attempt = (): Promise<never> => Promise.reject(new Error(`failure ${++attempts}`));
    const patience = { waitMs: 2_500, mayPass: () => true, onWait: () => undefined, ...time };
    await expect(withPatience(attempt, patience)).rejects.toThrow('failure 4');
    expect(pauses).toEqual([1_000, 1_000, 500]);
  });

  it.each([
    { waitMs: 60_000, mayPass: false },
    { waitMs: 0, mayPass: true },
  ])('makes one attempt with $waitMs ms for a failure that may pass: $mayPass', async (given) => {
    const { pauses, ...time } = clock();
    const patience = {
      waitMs: given.waitMs,
      mayPass: () => given.mayPass,
      onWait: () => undefined,
      ...time,
    };
    await expect(withPatience(() => Promise.reject(new Error('no')), patience)).rejects.toThrow('no');
    expect(pauses).toEqual([]);
  });
});
