import { describe, expect, it } from 'vitest';
import { areSame, idOfAccessKey, newAccessKey, newChargePointPassword, SecretHash } from './secrets.js';

const hash = new SecretHash(Buffer.alloc(32, 1));

describe('what is kept of a secret', () => {
  it('is the same for the same secret under the same key, and otherwise never', () => {
    const password = Buffer.from('p');
    const hashes = [
      hash.ofKey('p'),
      hash.ofKey('q'),
      hash.ofPassword('CP-1', password),
      hash.ofPassword('CP-2', password),
      hash.ofPassword('CP-', Buffer.from('1p')),
      hash.ofPassword('', Buffer.from('CP-1p')),
      hash.ofPassword('CP-1', Buffer.from('P')),
      new SecretHash(Buffer.alloc(32, 2)).ofPassword('CP-1', password),
    ];
    expect(new Set(hashes.map((one) => one.toString('hex'))).size).toBe(hashes.length);
    expect(hashes[2]?.equals(hash.ofPassword('CP-1', password))).toBe(true);
    for (const one of hashes) expect(one).toHaveLength(32);
  });

  it('is compared as a whole', () => {
    const one = hash.ofKey('a');
    expect(areSame(one, Buffer.from(one))).toBe(true);
    expect(areSame(one, hash.ofKey('b'))).toBe(false);
    expect(areSame(one, one.subarray(1))).toBe(false);
    expect(areSame(one, Buffer.alloc(0))).toBe(false);
  });
});

describe('an access key', () => {
  it('tells its id, is new each time, and uses every letter', () => {
    const keys = Array.from({ length: 500 }, newAccessKey);
    for (const { id, key } of keys) expect(idOfAccessKey(key)).toBe(id);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    expect(new Set(keys.map(({ id }) => id).join('')).size).toBe(34);
  });

  it.each([
    '',
    'mp_',
    'mp_abc',
    `mp_${'a'.repeat(12)}_`,
    `x${newAccessKey().key}`,
    `${newAccessKey().key}=`,
    'a.b.c',
  ])('is not %j', (text) => {
    expect(idOfAccessKey(text)).toBeNull();
  });
});

it('makes passwords that OCPP 1.6 and 2.0.1 take', () => {
  const passwords = new Set(Array.from({ length: 500 }, newChargePointPassword));
  expect(passwords.size).toBe(500);
  for (const password of passwords) expect(password).toMatch(/^[0-9a-f]{40}$/);
});
