import { loadConfig } from '../../config/config.js';
import type { ReadFile } from '../../config/secret-files.js';
import { environmentSchema } from '../../config/schema.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

/** In place of CREDENTIALS_KEY, which is known where the role runs alone. */
export const STAND_IN_KEY = '0'.repeat(64);

/** In place of DATA_KEYS. */
export const STAND_IN_DATA_KEYS = `1=${Buffer.alloc(32).toString('base64')}`;

/** Why a role would not start with these variables, a line each: names that it doesn't know, or else a value that it doesn't take. */
export function variableFaults(environment: Readonly<Record<string, string>>, readFile: ReadFile): string[] {
  const unknown = Object.keys(environment).filter((name) => !Object.hasOwn(environmentSchema.shape, name));
  if (unknown.length > 0) return unknown.map((name) => `${name} is no variable of meterpulse`);
  try {
    loadConfig(environment, false, readFile);
    return [];
  } catch (error) {
    if (error instanceof MeterpulseError) return [error.message];
    throw error;
  }
}
