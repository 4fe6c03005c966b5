import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grown, isDecimal } from './decimal.js';

describe('a growing decimal', () => {
  it.each([
    ['1250.5', '+0.1', 1, '1250.6'],
    ['1250.5', '+0.1', 0, '1250.5'],
    ['0.1', '+0.2', 1, '0.3'],
    ['5', '+0.25', 3, '5.75'],
    ['0', '-0.5', 1, '-0.5'],
    ['-0.05', '+0.1', 1, '0.05'],
    ['1000', '-1', 1001, '-1'],
  ])('%s grown by %s, %i times, is %s', (value, growth, times, expected) => {
    expect(grown(value, growth, times)).toBe(expected);
  });

  it('grows by steps as it does at once', () => {
    const decimal = fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(999_999))
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(decimal, decimal, fc.nat(50), (value, growth, times) => {
        let stepped = grown(value, growth, 0);
        for (let step = 0; step < times; step++) stepped = grown(stepped, growth, 1);
        expect(grown(value, growth, times)).toBe(stepped);
        expect(isDecimal(stepped)).toBe(true);
      }),
    );
  });
});
