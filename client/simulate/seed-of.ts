import { crc32 } from 'node:zlib';

/** A seed for one purpose of its own, out of the seed of all. */
export function hashOf(...parts: readonly (string | number)[]): number {
  return crc32(parts.join('/'));
}
