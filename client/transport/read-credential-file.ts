/** Reading a file with something to show at a door. */
import { readFile } from 'node:fs/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** Throws CREDENTIALS_UNREADABLE. */
export async function readCredentialFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, 'it could not be read', cause);
  }
}

/** `why` repeats nothing of the file. */
export function unreadable(file: string, why: string, cause?: unknown): MeterpulseError {
  return new MeterpulseError('CREDENTIALS_UNREADABLE', `${file} can't be used: ${why}.`, { cause });
}
