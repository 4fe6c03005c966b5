const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/**
 * The partition on which every client of Kafka puts the key unless told otherwise: murmur2 of its UTF-8 bytes, as the Java
 * client has it.
 */
export function partitionOfKey(key: string, partitions: number): number {
  const bytes = Buffer.from(key);
  const { length } = bytes;
  const at = (index: number): number => bytes[index] as number;
  let hash = SEED ^ length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    let word = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    word = Math.imul(word, MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (index < length) {
    for (let last = length - 1; last >= index; last--) hash ^= at(last) << (8 * (last - index));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  hash ^= hash >>> 15;
  return (hash & 0x7fffffff) % partitions;
}
