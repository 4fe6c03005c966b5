import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinOut } from './shedding.js';

const message = fc.record({ bytes: fc.integer({ min: 1, max: 100 }), thinnable: fc.boolean() });
const samples = (count: number) => Array.from({ length: count }, () => ({ bytes: 10, thinnable: true }));

describe('thinning out', () => {
  it('sheds nothing within the bound', () => {
    expect(thinOut(samples(10), 100).size).toBe(0);
  });

  it('sheds every other sample, from the oldest on, and no more than it must', () => {
    const waiting = samples(11);
    const shed = thinOut(waiting, 100);
    expect(waiting.flatMap((each, index) => (shed.has(each) ? [index] : []))).toEqual([0, 2, 4, 6]);
  });

  it('goes over what is left again when every other is not enough', () => {
    const waiting = samples(16);
    const shed = thinOut(waiting, 40);
    expect(waiting.flatMap((each, index) => (shed.has(each) ? [] : [index]))).toEqual([7, 11, 15]);
  });

  it('never sheds what is no sample, and comes below the bound wherever samples allow it', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 60 }),
        fc.integer({ min: 0, max: 2_000 }),
        (waiting, bound) => {
          const shed = thinOut(waiting, bound);
          expect([...shed].every(({ thinnable }) => thinnable)).toBe(true);
          const left = waiting.filter((each) => !shed.has(each));
          const bytes = left.reduce((sum, each) => sum + each.bytes, 0);
          if (left.some(({ thinnable }) => thinnable)) expect(bytes).toBeLessThanOrEqual(bound);
        },
      ),
    );
  });
});
