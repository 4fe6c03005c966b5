import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rate, rateOf } from './rate.js';

describe('Rate', () => {
  it('lets ten seconds of its rate through at once, and then one token each time one has come', () => {
    const rate = new Rate(20);
    let bucket = 0;
    const now = 1e6;
    for (let token = 0; token < 200; token++) bucket = rate.spend(bucket, now, 1);
    expect(rate.waitMs(bucket, now)).toBe(0);
    bucket = rate.spend(bucket, now, 1);
    expect(rate.waitMs(bucket, now)).toBeCloseTo(50);
    expect(rate.waitMs(bucket, now + 50)).toBeCloseTo(0);
  });

  it('takes what costs many tokens at once, and asks to wait for all of them', () => {
    const rate = new Rate(100);
    const bucket = rate.spend(0, 5_000, 3_000);
    expect(rate.waitMs(bucket, 5_000)).toBeCloseTo(20_000);
  });

  it('does not save up more than the burst while nothing comes', () => {
    const rate = new Rate(1);
    const bucket = rate.spend(rate.spend(0, 0, 1), 1e9, 11);
    expect(rate.waitMs(bucket, 1e9)).toBeCloseTo(1_000);
  });

  it('holds a sender who waits as told to the rate, whatever it sends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 500 }), pauseMs: fc.nat(2_000) })),
        (perSecond, sends) => {
          const rate = new Rate(perSecond);
          let [bucket, now, spent] = [0, 0, 0];
          for (const { tokens, pauseMs } of sends) {
            now += pauseMs;
            bucket = rate.spend(bucket, now, tokens);
            spent += tokens;
            now += rate.waitMs(bucket, now);
            expect(spent).toBeLessThanOrEqual((perSecond * (now + 10_000)) / 1_000 + 1e-3);
          }
        },
      ),
    );
  });

  it('is none where the rate is 0', () => {
    expect(rateOf(0)).toBeNull();
    expect(rateOf(1)).toBeInstanceOf(Rate);
  });
});
