import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { areSame, newAccessKey, SecretHash } from '../../server/access/secrets.js';
import { sourceFiles } from './harness/source-patterns.js';

/** Where secrets are judged. */
const ROOM = /^server\/(access|gateway\/.*identity)/;
/** `===` and the like beside what is a secret, a hash or a signature; `length` and `null` say nothing of it. */
const COMPARED =
  /\b\w*(?:[sS]ecret|[pP]assword|[hH]ash|[sS]ignature|[hH]mac|[dD]igest)\b(?:\([^)]*\))?\s*[!=]==?(?!=?\s*(?:null|undefined)\b)|\.(?:equals|compare)\(/;

describe('a secret', () => {
  it('is compared by areSame and in no other way, wherever it is judged', async () => {
    const files = (await sourceFiles()).filter((path) => ROOM.test(path));
    expect(files.length).toBeGreaterThan(8);
    const found: string[] = [];
    let uses = 0;
    for (const path of files) {
      for (const [at, line] of (await readFile(path, 'utf8')).split('\n').entries()) {
        if (COMPARED.test(line)) found.push(`${path}:${at + 1} ${line.trim()}`);
        if (line.includes('areSame(')) uses++;
      }
    }
    expect(found).toEqual([]);
    // Its own line, keys, passwords.
    expect(uses).toBeGreaterThanOrEqual(3);
  });

  it.each([
    'if (hash === kept.hash)',
    'return password !== given',
    'hash.equals(other)',
    'ofKey(key).compare(kept)',
  ])('would be found if it were: %s', (line) => {
    expect(COMPARED.test(line)).toBe(true);
  });

  it('is another one whichever of its bytes differs, and what is compared has always the same length', () => {
    // timingSafeEqual goes through all bytes; what is of another length is not gone through at all.
    const hash = new SecretHash(Buffer.alloc(32, 1));
    const kept = hash.ofKey(newAccessKey().key);
    for (let at = 0; at < kept.length; at++) {
      const other = Buffer.from(kept);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(areSame(kept, other)).toBe(false);
    }
    expect(areSame(kept, Buffer.from(kept))).toBe(true);
    expect(hash.ofKey('').length).toBe(kept.length);
    expect(hash.ofPassword('', Buffer.alloc(1_000_000)).length).toBe(kept.length);
  });
});
