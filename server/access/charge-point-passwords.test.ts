import { describe, expect, it } from 'vitest';
import { ChargePointPasswords } from './charge-point-passwords.js';
import { newChargePointPassword, SecretHash } from './secrets.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const basic = (user: string, password: string | Buffer): string =>
  `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`;

function setUp(...passwords: readonly string[]) {
  const rows = new Map([['CP-1', passwords.map((each) => hash.ofPassword('CP-1', Buffer.from(each)))]]);
  const asked: (readonly string[])[] = [];
  const state = { now: 0, isAway: false };
  const known = new ChargePointPasswords({
    find: (ids) => {
      asked.push(ids);
      return state.isAway ? Promise.reject(new Error('the database is away')) : Promise.resolve(rows);
    },
    hash,
    now: () => state.now,
  });
  return { known, rows, asked, state };
}

describe('a charge point', () => {
  const password = newChargePointPassword();

  it('is itself when it shows its password', async () => {
    const { known } = setUp(password);
    expect(await known.isItself('CP-1', basic('CP-1', password))).toBe(true);
  });

  it('may show the bytes that the digits of its password spell', async () => {
    const { known } = setUp(password);
    expect(await known.isItself('CP-1', basic('CP-1', Buffer.from(password, 'hex')))).toBe(true);
  });

  it('may show either of two passwords while one replaces the other', async () => {
    const { known } = setUp('the new password!', 'the old: password');
    expect(await known.isItself('CP-1', basic('CP-1', 'the new password!'))).toBe(true);
    expect(await known.isItself('CP-1', basic('CP-1', 'the old: password'))).toBe(true);
  });

  it.each<[string, string | undefined]>([
    ['no header', undefined],
    ['an empty header', ''],
    ['another password', basic('CP-1', newChargePointPassword())],
    ['no password', basic('CP-1', '')],
    ['the name of another', basic('CP-2', password)],
    ['its name in another case', basic('cp-1', password)],
    ['its name in letters that look the same', basic('СP-1', password)],
    ['its name with a NUL behind', basic('CP-1\0', password)],
    ['a space behind the password', basic('CP-1', `${password} `)],
    ['the password in capitals', basic('CP-1', password.toUpperCase())],
    ['no colon', `Basic ${Buffer.from('CP-1').toString('base64')}`],
    ['a name that is no UTF-8', `Basic ${Buffer.from([0xff, 0x3a, 0x61]).toString('base64')}`],
    ['no base64', 'Basic CP-1:secret'],
    ['base64 of URLs', `Basic ${Buffer.from(`CP-1:${password}?>`).toString('base64url')}_-`],
    ['another scheme', basic('CP-1', password).replace('Basic', 'Bearer')],
    ['a megabyte', basic('CP-1', 'x'.repeat(1_000_000))],
  ])('is not itself with %s', async (_, authorization) => {
    const { known } = setUp(password);
    expect(await known.isItself('CP-1', authorization)).toBe(false);
  });

  it('is not itself without a password that is kept, whatever it shows', async () => {
    const { known } = setUp();
    expect(await known.isItself('CP-1', basic('CP-1', password))).toBe(false);
    expect(await known.isItself('CP-9', basic('CP-9', password))).toBe(false);
  });

  it('takes up a new password, and gives up an old one, within the time of an answer', async () => {
    const { known, rows, state } = setUp('the old password');
    expect(await known.isItself('CP-1', basic('CP-1', 'the old password'))).toBe(true);
    rows.set('CP-1', [hash.ofPassword('CP-1', Buffer.from('the new password'))]);
    state.now = 5_000;
    expect(await known.isItself('CP-1', basic('CP-1', 'the old password'))).toBe(false);
    expect(await known.isItself('CP-1', basic('CP-1', 'the new password'))).toBe(true);
  });

  it('is one question with all that come back meanwhile', async () => {
    const { known, asked } = setUp(password);
    const storm = Array.from({ length: 1_000 }, (_, at) =>
      Promise.resolve(known.isItself(`CP-${at}`, basic(`CP-${at}`, password))),
    );
    expect((await Promise.all(storm)).filter(Boolean)).toHaveLength(1);
    expect(asked.map(({ length }) => length)).toEqual([1, 999]);
  });

  it('asks the database nothing when it shows nothing that could be right', async () => {
    const { known, asked } = setUp(password);
    await known.isItself('CP-1', undefined);
    await known.isItself('CP-1', basic('CP-2', password));
    expect(asked).toEqual([]);
  });

  it('is neither itself nor another while that can not be found out', async () => {
    const { known, state } = setUp(password);
    state.isAway = true;
    await expect(known.isItself('CP-1', basic('CP-1', password))).rejects.toThrow('away');
    state.isAway = false;
    expect(await known.isItself('CP-1', basic('CP-1', password))).toBe(true);
  });
});
