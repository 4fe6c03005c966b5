import { z } from 'zod';
import { parseDataKeys } from '../helpers/data-keys.js';
import { pemFile as path } from './secret-variables.js';

/** By what that which identifies people is encrypted in the database; part of `environmentSchema`. */
export const encryptionVariables = {
  DATA_KEYS: z
    .string()
    .refine((text) => parseDataKeys(text) !== null, {
      error:
        'one to 16 entries NAME=KEY, apart by commas, each KEY 32 random bytes in base64 such as `openssl rand -base64 32` prints, names of up to 32 letters, digits, - and _, none twice',
    })
    .optional()
    .describe(
      'Keys by which id tags, labels, quarantined parts and commands are encrypted in the database (AES-256-GCM): `NAME=KEY` entries, apart by commas, KEY of `openssl rand -base64 32`. The first one encrypts, all decrypt; the same for every role and command. Unset: they are stored in clear. See docs/privacy.md.',
    ),
  DATA_KEYS_FILE: path()
    .optional()
    .describe('File that has DATA_KEYS, an entry a line, instead of DATA_KEYS itself. Read at the start.'),
};
