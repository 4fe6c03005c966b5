import type { FieldCipher, Place } from './field-cipher.js';

/** What a row of `transactions` has of who was there; null: not told. */
export interface IdTags {
  /** Of its Start; '': it told none. */
  readonly idTag: string | null;
  readonly stopIdTag: string | null;
  readonly authorizedIdTag: string | null;
}

export interface SealedIdTags extends IdTags {
  /** What the row is found by, as a literal of bytea[]; null: there is no key, or no tag. */
  readonly blinds: string | null;
}

/** @param row id of the transaction, ours. */
export function sealIdTags(cipher: FieldCipher, row: number, tags: IdTags): SealedIdTags {
  return {
    idTag: cipher.seal(placeOf('id_tag', row), tags.idTag),
    stopIdTag: cipher.seal(placeOf('stop_id_tag', row), tags.stopIdTag),
    authorizedIdTag: cipher.seal(placeOf('authorized_id_tag', row), tags.authorizedIdTag),
    blinds: blindsOf(cipher, tags),
  };
}

/** Throws DATA_KEY_MISSING or DATA_UNREADABLE. */
export function openIdTags(cipher: FieldCipher, row: number, stored: IdTags): IdTags {
  return {
    idTag: cipher.open(placeOf('id_tag', row), stored.idTag),
    stopIdTag: cipher.open(placeOf('stop_id_tag', row), stored.stopIdTag),
    authorizedIdTag: cipher.open(placeOf('authorized_id_tag', row), stored.authorizedIdTag),
  };
}

function blindsOf(cipher: FieldCipher, tags: IdTags): string | null {
  const told = new Set([tags.idTag, tags.stopIdTag, tags.authorizedIdTag]);
  const blinds = [...told].flatMap((tag) => (tag === null || tag === '' ? [] : (cipher.blind(tag) ?? [])));
  return blinds.length === 0 ? null : blindsLiteral(blinds);
}

export function blindsLiteral(blinds: readonly Buffer[]): string {
  return `{${blinds
    .map((blind) => `"\\\\x${blind.toString('hex')}"`)
    .toSorted()
    .join(',')}}`;
}

function placeOf(column: string, row: number): Place {
  return { column: `transactions.${column}`, row };
}
