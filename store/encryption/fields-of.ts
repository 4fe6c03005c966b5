import { IN_CLEAR, type FieldCipher } from './field-cipher.js';

/** Whoever has a connection reads and writes what is encrypted in that database by the keys that its pool was made with. */
const ciphers = new WeakMap<object, FieldCipher>();

/** By which what goes through a pool, a connection of it, or a query on one is encrypted. */
export function fieldsOf(way: object): FieldCipher {
  return ciphers.get(way) ?? IN_CLEAR;
}

export function setFields(way: object, cipher: FieldCipher): void {
  ciphers.set(way, cipher);
}

/** `way`, with the keys of what it leads through. */
export function withFieldsOf<Way extends object>(through: object, way: Way): Way {
  const cipher = ciphers.get(through);
  if (cipher !== undefined) ciphers.set(way, cipher);
  return way;
}
