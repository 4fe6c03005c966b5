import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { DataKey } from '../../helpers/data-keys.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** Where a value stands: it can be read there alone. */
export interface Place {
  /** `table.column`. */
  readonly column: string;
  /** What identifies its row in the table, and never changes. */
  readonly row: string | number;
}

/** What is known of a key without having it. */
export interface KeyMark {
  readonly id: string;
  /** Tells two keys of one name apart; 16 bytes. */
  readonly fingerprint: Buffer;
}

interface Key extends KeyMark {
  readonly encryption: Buffer;
  readonly nonces: Buffer;
  readonly search: Buffer;
}

/** A control character, which no id tag and no label has: what begins with it is a cipher text. */
const MARK = '\u0001mp1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BLIND_BYTES = 16;
/** By how much a cipher text of bytes is longer. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts single values by AES-256-GCM, bound to their row and column.
 *
 *     text  = "\x01mp1." key id "." base64url(bytes)
 *     bytes = nonce (12) | tag (16) | cipher text
 *
 * The nonce is HMAC-SHA-256 of place and value, so that it is the same for the same value in the same place alone: writing a
 * value again changes nothing. Without keys values stay as they are.
 */
export class FieldCipher {
  private readonly keys: ReadonlyMap<string, Key>;
  private readonly first: Key | null;

  /** @param keys the first one encrypts, all decrypt. */
  constructor(keys: readonly DataKey[]) {
    const all = keys.map(keyOf);
    this.keys = new Map(all.map((key) => [key.id, key]));
    this.first = all[0] ?? null;
  }

  /** Of the key that encrypts; null: there is none. */
  get currentKey(): string | null {
    return this.first?.id ?? null;
  }

  get marks(): readonly KeyMark[] {
    return [...this.keys.values()].map(({ id, fingerprint }) => ({ id, fingerprint }));
  }

  /** '' and null say nothing of anybody, and stay. */
  seal(place: Place, text: string): string;
  seal(place: Place, text: string | null | undefined): string | null;
  seal(place: Place, text: string | null | undefined): string | null {
    if (text === null || text === undefined || text === '') return text ?? null;
    if (text.startsWith(MARK)) throw new Error(`a value of ${place.column} begins as a cipher text does`);
    if (this.first === null) return text;
    return prefixOf(this.first.id) + sealed(this.first, place, Buffer.from(text)).toString('base64url');
  }

  /** The value; one that is in clear as it is. Throws DATA_KEY_MISSING or DATA_UNREADABLE. */
  open(place: Place, stored: string): string;
  open(place: Place, stored: string | null): string | null;
  open(place: Place, stored: string | null): string | null {
    if (stored?.startsWith(MARK) !== true) return stored;
    const end = stored.indexOf('.', MARK.length);
    const bytes = Buffer.from(stored.slice(end + 1), 'base64url');
    return this.opened(stored.slice(MARK.length, end), place, bytes).toString();
  }

  /** JSON as text: an encrypted one is a JSON string that begins as a cipher text. */
  sealJson(place: Place, value: unknown): string {
    const json = JSON.stringify(value ?? null);
    return this.first === null || json === 'null' ? json : JSON.stringify(this.seal(place, json));
  }

  openJson(place: Place, stored: unknown): unknown {
    if (typeof stored !== 'string' || !stored.startsWith(MARK)) return stored;
    return JSON.parse(this.open(place, stored)) as unknown;
  }

  /** `keyId` goes into a column of its own, since bytes may begin with anything; null: they are in clear. */
  sealBytes(place: Place, bytes: Buffer): { readonly bytes: Buffer; readonly keyId: string | null } {
    if (this.first === null) return { bytes, keyId: null };
    return { bytes: sealed(this.first, place, bytes), keyId: this.first.id };
  }

  openBytes(place: Place, stored: Buffer, keyId: string | null): Buffer {
    return keyId === null ? stored : this.opened(keyId, place, stored);
  }

  /** What finds a text again, in whatever case, as OCPP compares id tags; says nothing to who lacks the key. null: there is no key. */
  blind(text: string): Buffer | null {
    return this.first === null ? null : blindOf(this.first, text);
  }

  /** The same under each of the keys, for what was not rotated yet. */
  blinds(text: string): readonly Buffer[] {
    return [...this.keys.values()].map((key) => blindOf(key, text));
  }

  private opened(keyId: string, place: Place, bytes: Buffer): Buffer {
    const key = this.keys.get(keyId);
    if (key === undefined) throw keyMissing([keyId], `what stands in ${place.column} is encrypted under`);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.encryption, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(associated(key.id, place));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, SEAL_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(SEAL_BYTES)), decipher.final()]);
    } catch {
      // Without its cause: nothing of the value may get into a log.
      throw new MeterpulseError(
        'DATA_UNREADABLE',
        `what stands in ${place.column} of row ${place.row} can't be decrypted by the data key ${keyId}: it was changed or moved, or the key is another one`,
      );
    }
  }
}

/** Keeps everything in clear. */
export const IN_CLEAR = new FieldCipher([]);

export function keyMissing(ids: readonly string[], why: string): MeterpulseError {
  const [keys, is] = ids.length === 1 ? ['data key', 'is'] : ['data keys', 'are'];
  // A name of a cipher text that was tampered with may be anything.
  const names = ids.map((id) => (/^[A-Za-z0-9_-]{1,32}$/.test(id) ? id : 'of no valid name')).join(', ');
  return new MeterpulseError(
    'DATA_KEY_MISSING',
    `${why} the ${keys} ${names}, which ${is} not among DATA_KEYS`,
  );
}

function keyOf({ id, base64 }: DataKey): Key {
  const secret = Buffer.from(base64, 'base64');
  const derived = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `meterpulse ${use}`, bytes));
  return {
    id,
    encryption: derived('encryption', 32),
    nonces: derived('nonces', 32),
    search: derived('search', 32),
    fingerprint: derived('fingerprint', 16),
  };
}

/** What every text begins with that is encrypted under a key. */
export const prefixOf = (keyId: string): string => `${MARK}${keyId}.`;

/** Unambiguous, whatever the parts hold. */
function associated(keyId: string, { column, row }: Place): Buffer {
  return Buffer.from(JSON.stringify([keyId, column, String(row)]));
}

function sealed(key: Key, place: Place, bytes: Buffer): Buffer {
  const data = associated(key.id, place);
  const nonce = createHmac('sha256', key.nonces)
    .update(`${data.length}:`)
    .update(data)
    .update(bytes)
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(data);
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function blindOf(key: Key, text: string): Buffer {
  return createHmac('sha256', key.search).update(text.toLowerCase()).digest().subarray(0, BLIND_BYTES);
}

/** Of two marks of one name. */
export function isSameKey(a: KeyMark, b: KeyMark): boolean {
  return a.fingerprint.length === b.fingerprint.length && timingSafeEqual(a.fingerprint, b.fingerprint);
}
