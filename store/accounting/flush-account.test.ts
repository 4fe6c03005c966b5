import { describe, expect, it } from 'vitest';
import { AccountSum, FlushAccount } from './flush-account.js';

const NOTHING = {
  received: 0,
  duplicate: 0,
  rejected: 0,
  readings: 0,
  readingsDuplicate: 0,
  readingsConflicting: 0,
  readingsRejected: 0,
};

function sumOf(...accounts: FlushAccount[]) {
  const sum = new AccountSum();
  for (const account of accounts) sum.add(account.encode() ?? '[]');
  return [...sum.rows()];
}

describe('what a flush did', () => {
  it('is nothing to write when nothing was counted', () => {
    expect(new FlushAccount().encode()).toBeNull();
  });

  it('comes back as it was entered, added up by charge point and day, in the order of these', () => {
    const [one, other] = [new FlushAccount(), new FlushAccount()];
    one.add('CP-2', 20_000, [1, 0, 0, 3, 0, 0, 0]);
    one.add('CP-1', 20_001, [1, 1, 0, 0, 2, 0, 0]);
    one.add('CP-2', 20_000, [1, 0, 0, 4, 0, 1, 0]);
    other.add('CP-1', 20_000, [1, 0, 1, 0, 0, 0, 5]);
    other.add('CP-2', 20_000, [0, 0, 0, 1, 0, 0, 0]);

    expect(sumOf(one, other)).toEqual([
      {
        day: 20_000,
        chargePointId: 'CP-1',
        counts: { ...NOTHING, received: 1, rejected: 1, readingsRejected: 5 },
      },
      {
        day: 20_000,
        chargePointId: 'CP-2',
        counts: { ...NOTHING, received: 2, readings: 8, readingsConflicting: 1 },
      },
      {
        day: 20_001,
        chargePointId: 'CP-1',
        counts: { ...NOTHING, received: 1, duplicate: 1, readingsDuplicate: 2 },
      },
    ]);
  });

  it('is written without what is all zeros', () => {
    const account = new FlushAccount();
    account.add('CP-1', 20_000, [1, 0, 0, 2, 0, 0, 0]);
    account.add('CP-2', 20_000, [1, 0, 0, 0, 0, 0, 0]);
    expect(account.encode()).toBe('[[20000,{"ids":["CP-1","CP-2"],"received":[1,1],"readings":[2,0]}]]');
  });

  it.each([
    ['no charge point', null],
    ['an id with a NUL, which no table takes', 'CP\0'],
    ['half of a surrogate pair', 'CP\ud800'],
    ['an id longer than the registry takes', 'x'.repeat(256)],
  ])('of %s is nobody’s', (_, id) => {
    const account = new FlushAccount();
    account.add(id, 20_000, [1, 0, 1, 0, 0, 0, 1]);
    account.add('__proto__', 20_000, [1, 0, 0, 1, 0, 0, 0]);
    expect(sumOf(account).map(({ chargePointId }) => chargePointId)).toEqual(['', '__proto__']);
  });
});
