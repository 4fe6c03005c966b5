import { describe, expect, it } from 'vitest';
import { credentialsKeys } from './credentials-keys.js';

const HEX = 'ab'.repeat(32);
const BASE64 = Buffer.alloc(32, 1).toString('base64');

describe('the keys of CREDENTIALS_KEY', () => {
  it('are one, or several with the newest first, however each is written', () => {
    expect(credentialsKeys(HEX)).toEqual([Buffer.alloc(32, 0xab)]);
    expect(credentialsKeys(`${BASE64},${HEX}`)).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 0xab)]);
    expect(credentialsKeys(Buffer.alloc(32, 1).toString('base64url'))).toEqual([Buffer.alloc(32, 1)]);
  });

  it.each([
    ['', 'nothing'],
    [`${HEX},`, 'an empty one'],
    [`${HEX}, ${BASE64}`, 'a space'],
    [`${HEX},short`, 'one that is too short'],
    [`${HEX},${HEX.toUpperCase()}`, 'the same twice'],
    [`${BASE64},${Buffer.alloc(32, 1).toString('hex')}`, 'the same, written otherwise'],
    [[1, 2, 3, 4, 5].map((fill) => Buffer.alloc(32, fill).toString('hex')).join(','), 'more than four'],
  ])('are none in %j: %s', (text) => {
    expect(credentialsKeys(text)).toBe(null);
  });
});
