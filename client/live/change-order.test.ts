import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareChangeIds, formatChangeId, parseChangeId } from '../../protocol/live/change-id.js';
import { isChangeId, isSeen } from './change-order.js';

const changeId = fc
  .record({
    position: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeNat()).map((n) => n % 1e15),
    index: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 20 })),
  })
  .map(formatChangeId);

describe('change ids in the client', () => {
  it('have the order that the server gives them', () => {
    fc.assert(
      fc.property(changeId, changeId, (a, b) => {
        const [parsedA, parsedB] = [parseChangeId(a), parseChangeId(b)];
        if (parsedA === null || parsedB === null) return expect.fail('the server has no such id');
        expect(isSeen(a, b)).toBe(compareChangeIds(parsedA, parsedB) <= 0);
      }),
    );
  });

  it('are those that the server knows', () => {
    const texts = [
      '0',
      '5',
      '5.0',
      '5.12',
      '05',
      '5.',
      '.5',
      '5.01',
      '-1',
      '1e3',
      ' 5',
      '5\n',
      '',
      '5.5.5',
      '9'.repeat(16),
      '9'.repeat(15),
    ];
    // Past 2^53 the server knows none; nor will any come.
    for (const text of texts.filter((each) => each.length < 16))
      expect([text, isChangeId(text)]).toEqual([text, parseChangeId(text) !== null]);
    expect([isChangeId(5), isChangeId(null), isChangeId({})]).toEqual([false, false, false]);
  });
});
