import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DataKey } from '../../helpers/data-keys.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { FieldCipher, IN_CLEAR, type Place } from './field-cipher.js';

const key = (id: string): DataKey => ({ id, base64: randomBytes(32).toString('base64') });
const OLD = key('old');
const NEW = key('new');
const PLACE: Place = { column: 'transactions.id_tag', row: 7 };
const TAG = 'B4A63CDF';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof MeterpulseError) {
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(TAG);
      expect(error.cause).toBeUndefined();
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
  return 'no error';
}

describe('a field cipher', () => {
  const cipher = new FieldCipher([NEW, OLD]);
  const sealed = cipher.seal(PLACE, TAG);

  it('encrypts under its first key, whose name the cipher text tells, and reads what any of its keys encrypted', () => {
    expect(sealed.slice(0, 9)).toBe('\u0001mp1.new.');
    expect(sealed.slice(9)).toMatch(/^[\w-]{48}$/);
    expect(cipher.open(PLACE, sealed)).toBe(TAG);
    expect(cipher.open(PLACE, new FieldCipher([OLD]).seal(PLACE, TAG))).toBe(TAG);
  });

  it('leaves empty values, and all of them without a key, as they are', () => {
    expect(cipher.seal(PLACE, '')).toBe('');
    expect(cipher.seal(PLACE, null)).toBeNull();
    expect(IN_CLEAR.seal(PLACE, TAG)).toBe(TAG);
    expect(cipher.open(PLACE, TAG)).toBe(TAG);
  });

  it('gives the same cipher text for the same value in the same place, and another one anywhere else', () => {
    expect(cipher.seal(PLACE, TAG)).toBe(sealed);
    expect(cipher.seal({ ...PLACE, row: 8 }, TAG)).not.toBe(sealed);
    expect(cipher.seal(PLACE, `${TAG}1`).slice(0, 25)).not.toBe(sealed.slice(0, 25));
  });

  it.each([
    ['to another row', { ...PLACE, row: 8 }],
    ['to another column', { ...PLACE, column: 'transactions.stop_id_tag' }],
  ])('refuses a value that was moved %s, naming the key', (_what, place) => {
    expect(codeOf(() => cipher.open(place, sealed))).toMatch(/^DATA_UNREADABLE: .* by the data key new:/);
  });

  it('refuses a value of which any character was changed, or that was cut short', () => {
    const begin = sealed.indexOf('.', 6) + 1;
    for (let at = begin; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'Q' : 'A';
      expect(codeOf(() => cipher.open(PLACE, sealed.slice(0, at) + other + sealed.slice(at + 1)))).toMatch(
        /^DATA_UNREADABLE/,
      );
      expect(codeOf(() => cipher.open(PLACE, sealed.slice(0, at)))).toMatch(/^DATA_UNREADABLE/);
    }
  });

  it('refuses a value of a key that it lacks, and of another key of the same name, without telling the value', () => {
    expect(codeOf(() => new FieldCipher([OLD]).open(PLACE, sealed))).toMatch(
      /^DATA_KEY_MISSING: .* the data key new, which is not among DATA_KEYS$/,
    );
    expect(codeOf(() => IN_CLEAR.open(PLACE, sealed))).toMatch(/^DATA_KEY_MISSING/);
    expect(codeOf(() => new FieldCipher([key('new')]).open(PLACE, sealed))).toMatch(/^DATA_UNREADABLE/);
    expect(codeOf(() => cipher.open(PLACE, `\u0001mp1.${TAG} or so.AAAA`))).toMatch(
      /^DATA_KEY_MISSING: .* of no valid name/,
    );
  });

  it('finds an id tag again in whatever case, under each of its keys, and by nothing that tells the tag', () => {
    const [first, second] = cipher.blinds(TAG);
    expect(cipher.blind(TAG.toLowerCase())).toEqual(first);
    expect(new FieldCipher([OLD]).blind(TAG)).toEqual(second);
    expect(first).not.toEqual(second);
    expect(cipher.blind(`${TAG}1`)).not.toEqual(first);
    expect(IN_CLEAR.blind(TAG)).toBeNull();
  });

  it('keeps JSON as a JSON string, and tells it from a payload that is one', () => {
    const place: Place = { column: 'commands.request', row: 'id' };
    const stored: unknown = JSON.parse(cipher.sealJson(place, { idTag: TAG }));
    expect(String(stored).startsWith('\u0001mp1.new.')).toBe(true);
    expect(cipher.openJson(place, stored)).toEqual({ idTag: TAG });
    expect(cipher.openJson(place, 'a text')).toBe('a text');
    expect(cipher.sealJson(place, null)).toBe('null');
    expect(IN_CLEAR.sealJson(place, { idTag: TAG })).toBe(`{"idTag":"${TAG}"}`);
  });

  it('encrypts bytes, whatever they begin with', () => {
    const bytes = Buffer.from(sealed);
    const { bytes: stored, keyId } = cipher.sealBytes(PLACE, bytes);
    expect(keyId).toBe('new');
    expect(cipher.openBytes(PLACE, stored, keyId)).toEqual(bytes);
    expect(IN_CLEAR.sealBytes(PLACE, bytes)).toEqual({ bytes, keyId: null });
    expect(cipher.openBytes(PLACE, bytes, null)).toEqual(bytes);
  });
});
