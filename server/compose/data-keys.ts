import type { Config } from '../../config/config.js';
import { parseDataKeys, type DataKey } from '../../helpers/data-keys.js';

/** For pools through which what identifies people is read or written. */
export function dataKeys({ DATA_KEYS: text }: Pick<Config, 'DATA_KEYS'>): {
  readonly dataKeys: readonly DataKey[];
} {
  return { dataKeys: text === undefined ? [] : (parseDataKeys(text) ?? []) };
}
