import { inflateRawSync } from 'node:zlib';

/** How large a workbook becomes when it is unpacked; `damaged`: it is none, or none that can be followed. */
export type UnpackedSize =
  { readonly kind: 'fits' } | { readonly kind: 'larger' } | { readonly kind: 'damaged' };

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** A workbook has a few dozen. */
const MAX_ENTRIES = 1_000;
const STORED = 0;
const DEFLATED = 8;
/** Documents of other programs, and archives inside of archives, which xlsx would read as well. */
const FOREIGN = /(^|\/)(meta-inf\/manifest\.xml|objectdata\.xml|index\/document\.iwa|index\.zip)$/i;
const CONTROL = /\p{Cc}/u;
/** Of an extra field with sizes beyond 32 bits. */
const ZIP64 = 0x0001;

/**
 * Whether the entries of a workbook, which is a ZIP archive (APPNOTE 6.3, 4.3), have `maxBytes` together at most. They are
 * unpacked to find out, one after the other and never beyond what is left of the limit: the sizes that an archive tells may
 * be lies. What it says in two places it has to say twice: xlsx goes by one of them, and others by the other.
 */
export function unpackedSize(bytes: Buffer, maxBytes: number): UnpackedSize {
  const end = bytes.subarray(-END_BYTES - MAX_COMMENT).lastIndexOf(signature(END));
  const at = end < 0 ? -1 : Math.max(0, bytes.length - END_BYTES - MAX_COMMENT) + end;
  if (at < 0 || at + END_BYTES > bytes.length || !isAt(bytes, 0, LOCAL, LOCAL_BYTES)) {
    return { kind: 'damaged' };
  }
  const count = bytes.readUInt16LE(at + 10);
  if (count !== bytes.readUInt16LE(at + 8)) return { kind: 'damaged' };
  if (count > MAX_ENTRIES) return { kind: 'larger' };
  let entry = bytes.readUInt32LE(at + 16);
  let left = maxBytes;
  for (let read = 0; read < count; read++) {
    if (!isAt(bytes, entry, ENTRY, ENTRY_BYTES)) return { kind: 'damaged' };
    const size = sizeOf(bytes, entry, left);
    if (size === undefined) return { kind: 'damaged' };
    left -= size;
    if (left < 0) return { kind: 'larger' };
    entry += ENTRY_BYTES + [28, 30, 32].reduce((sum, field) => sum + bytes.readUInt16LE(entry + field), 0);
  }
  return { kind: 'fits' };
}

/** Infinity: more than `left`; undefined: damaged, or none of a workbook. */
function sizeOf(bytes: Buffer, entry: number, left: number): number | undefined {
  const local = bytes.readUInt32LE(entry + 42);
  if (!isAt(bytes, local, LOCAL, LOCAL_BYTES)) return undefined;
  const method = bytes.readUInt16LE(local + 8);
  if (method !== bytes.readUInt16LE(entry + 10)) return undefined;
  const nameAt = local + LOCAL_BYTES;
  const extraAt = nameAt + bytes.readUInt16LE(local + 26);
  const start = extraAt + bytes.readUInt16LE(local + 28);
  if (start > bytes.length || isForeign(bytes.subarray(nameAt, extraAt))) return undefined;
  if (method === STORED) {
    const extraOfEntry = entry + ENTRY_BYTES + bytes.readUInt16LE(entry + 28);
    const isLong =
      hasLongSizes(bytes.subarray(extraAt, start)) ||
      hasLongSizes(bytes.subarray(extraOfEntry, extraOfEntry + bytes.readUInt16LE(entry + 30)));
    // What the extra field says is at most all that follows.
    const told = isLong ? Infinity : Math.max(bytes.readUInt32LE(local + 18), bytes.readUInt32LE(entry + 20));
    return Math.min(told, bytes.length - start);
  }
  if (method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(bytes.subarray(start), { maxOutputLength: Math.max(left, 1) }).length;
  } catch (error) {
    return isTooLarge(error) ? Infinity : undefined;
  }
}

function hasLongSizes(extra: Buffer): boolean {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === ZIP64) return true;
  }
  return false;
}

function isForeign(name: Buffer): boolean {
  const text = name.toString('latin1');
  return CONTROL.test(text) || FOREIGN.test(text.replaceAll('\\', '/'));
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function isAt(bytes: Buffer, at: number, expected: number, length: number): boolean {
  return at + length <= bytes.length && bytes.readUInt32LE(at) === expected;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
