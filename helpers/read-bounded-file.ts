import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What a file holds, or why it can't be used; never both, so that no complaint repeats a content. */
export type FileText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Of the system's errors those that a mistake in a mount or a path makes. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ELOOP: 'its symbolic links go round in circles',
  ENAMETOOLONG: 'the path is too long',
  ENXIO: 'it is no regular file',
};

/** Reads a regular file of UTF-8 text of at most `maxBytes`. Never throws, and never waits as for a pipe. */
export function readBoundedFile(path: string, maxBytes: number): FileText {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (stat.isDirectory()) return { ok: false, why: 'it is a directory' };
      if (!stat.isFile()) return { ok: false, why: 'it is no regular file' };
      const bytes = Buffer.alloc(maxBytes + 1);
      const length = fill(file, bytes);
      if (length > maxBytes) return { ok: false, why: `it has more than ${maxBytes} bytes` };
      if (length === 0) return { ok: false, why: 'it is empty' };
      return decoded(bytes.subarray(0, length));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { ok: false, why: REASONS[code] ?? `it can't be read (${code})` };
  }
}

function fill(file: number, bytes: Buffer): number {
  let length = 0;
  for (;;) {
    const more = readSync(file, bytes, length, bytes.length - length, null);
    length += more;
    if (more === 0 || length === bytes.length) return length;
  }
}

function decoded(bytes: Buffer): FileText {
  try {
    return { ok: true, text: UTF8.decode(bytes) };
  } catch {
    return { ok: false, why: 'it is no UTF-8 text' };
  }
}
