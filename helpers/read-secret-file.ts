import { readBoundedFile, type FileText } from './read-bounded-file.js';

const MAX_BYTES = 65_536;

/** A secret that stands alone in a file, in one line; a newline at its end is not part of it. */
export function readSecretFile(path: string): FileText {
  const file = readBoundedFile(path, MAX_BYTES);
  if (!file.ok) return file;
  const text = file.text.replace(/\r?\n$/, '');
  if (text === '') return { ok: false, why: 'it is empty' };
  if (/[\r\n]/.test(text)) return { ok: false, why: 'it has more than one line' };
  if (text.includes('\0')) return { ok: false, why: 'it is no text' };
  return { ok: true, text };
}

/** A list of secrets, one a line. */
export function readSecretLines(path: string): FileText {
  const file = readBoundedFile(path, MAX_BYTES);
  if (!file.ok) return file;
  if (file.text.trim() === '') return { ok: false, why: 'it is empty' };
  return file.text.includes('\0') ? { ok: false, why: 'it is no text' } : file;
}
