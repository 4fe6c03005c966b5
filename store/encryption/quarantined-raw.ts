import type { PoolClient } from '../pool.js';
import { SEAL_BYTES, type FieldCipher, type Place } from './field-cipher.js';

/** Where a part of a message came from: it identifies the part, and never changes. */
export interface PlaceInLog {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly path: string;
}

/** As many bytes of a raw part are encrypted by themselves, so that a list needs not read all of it. */
export const RAW_HEAD_BYTES = 8_192;
export const SEALED_HEAD_BYTES = RAW_HEAD_BYTES + SEAL_BYTES;

/**
 * A part to be stored, with the name of the key.
 *
 *     raw  = head | tail
 *     head = the first RAW_HEAD_BYTES at most, encrypted
 *     tail = what follows, encrypted; nothing when nothing does
 *
 * Both are bound to the length of the whole.
 */
export function sealPart<Part extends PlaceInLog & Pick<StoredRaw, 'raw' | 'detail'>>(
  cipher: FieldCipher,
  part: Part,
): Part & Pick<StoredRaw, 'rawKey'> {
  const { head, tail } = placesOf(part, part.raw.length);
  const { bytes, keyId: rawKey } = cipher.sealBytes(head, part.raw.subarray(0, RAW_HEAD_BYTES));
  const detail = cipher.seal(detailPlace(part), part.detail);
  if (rawKey === null) return { ...part, rawKey, detail };
  if (part.raw.length <= RAW_HEAD_BYTES) return { ...part, raw: bytes, rawKey, detail };
  const rest = cipher.sealBytes(tail, part.raw.subarray(RAW_HEAD_BYTES));
  return { ...part, raw: Buffer.concat([bytes, rest.bytes]), rawKey, detail };
}

/** Puts what {@link sealPart} gave in the place of what is there. */
export async function rewriteParts(
  client: PoolClient,
  sealed: readonly (Pick<StoredRaw, 'raw' | 'rawKey' | 'detail'> & { readonly id: number })[],
): Promise<void> {
  await client.query(
    `update quarantine q set raw = u.raw, raw_key = u.raw_key, detail = u.detail
     from unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[]) as u (id, raw, raw_key, detail)
     where q.id = u.id`,
    [
      sealed.map(({ id }) => id),
      sealed.map(({ raw }) => raw),
      sealed.map(({ rawKey }) => rawKey),
      sealed.map(({ detail }) => detail),
    ],
  );
}

/** A row as it is stored. */
export interface StoredRaw {
  readonly raw: Buffer;
  /** Of all that is stored; `raw` may be its beginning. */
  readonly rawBytes: number;
  /** null: in clear. */
  readonly rawKey: string | null;
  readonly detail: string;
}

/**
 * The same in clear; `raw` has at most `maxBytes`. What was cut before its tail gives its head.
 * Throws DATA_KEY_MISSING or DATA_UNREADABLE.
 */
export function openPart<Row extends PlaceInLog & StoredRaw>(
  cipher: FieldCipher,
  { rawKey, ...stored }: Row,
  maxBytes = Infinity,
): Omit<Row, 'rawKey'> {
  const detail = cipher.open(detailPlace(stored), stored.detail);
  if (rawKey === null) return { ...stored, detail };
  const rawBytes = stored.rawBytes - (stored.rawBytes > SEALED_HEAD_BYTES ? 2 : 1) * SEAL_BYTES;
  const { head, tail } = placesOf(stored, rawBytes);
  let raw = cipher.openBytes(head, stored.raw.subarray(0, SEALED_HEAD_BYTES), rawKey);
  if (stored.raw.length > SEALED_HEAD_BYTES) {
    raw = Buffer.concat([raw, cipher.openBytes(tail, stored.raw.subarray(SEALED_HEAD_BYTES), rawKey)]);
  }
  return { ...stored, detail, rawBytes, raw: raw.length > maxBytes ? raw.subarray(0, maxBytes) : raw };
}

export function detailPlace(part: PlaceInLog): Place {
  return { column: 'quarantine.detail', row: rowOf(part) };
}

function placesOf(part: PlaceInLog, bytes: number): { readonly head: Place; readonly tail: Place } {
  const column = 'quarantine.raw';
  const row = `${rowOf(part)} of ${bytes}`;
  return { head: { column, row }, tail: { column, row: `${row}, from ${RAW_HEAD_BYTES}` } };
}

function rowOf({ topic, partition, offset, path }: PlaceInLog): string {
  return JSON.stringify([topic, partition, offset, path]);
}
