import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDataKeys } from './data-keys.js';

const K1 = randomBytes(32).toString('base64');
const K2 = randomBytes(32).toString('base64');

describe('a list of data keys', () => {
  it('has an entry a line, or apart by commas, in its order', () => {
    const keys = [
      { id: '2026-b', base64: K1.slice(0, -1) },
      { id: 'old_1', base64: K2.slice(0, -1) },
    ];
    expect(parseDataKeys(`2026-b=${K1}\nold_1=${K2}\n`)).toEqual(keys);
    expect(parseDataKeys(`2026-b=${K1}\r\n\r\nold_1=${K2.slice(0, -1)}`)).toEqual(keys);
    expect(parseDataKeys(`2026-b=${K1},old_1=${K2}`)).toEqual(keys);
  });

  it.each([
    ['nothing', ' \n'],
    ['a key without a name', K1],
    ['a name without a key', 'a='],
    ['a short key', `a=${randomBytes(31).toString('base64')}`],
    ['a long key', `a=${randomBytes(33).toString('base64')}`],
    ['a name that is no name', `a.b=${K1}`],
    ['a name that is there twice', `a=${K1}\na=${K2}`],
    ['a key that is there twice', `a=${K1}\nb=${K1}`],
    ['a hexadecimal key', `a=${randomBytes(32).toString('hex')}`],
    [
      'seventeen keys',
      Array.from({ length: 17 }, (_, n) => `k${n}=${randomBytes(32).toString('base64')}`).join('\n'),
    ],
  ])('is refused with %s', (_what, text) => {
    expect(parseDataKeys(text)).toBeNull();
  });
});
