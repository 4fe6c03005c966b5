import { z } from 'zod';
import { postgresUrl, postgresUrls } from './postgres-urls.js';
import { pemFile, secret, secretFile } from './secret-variables.js';
import { wholeNumber } from './whole-number.js';

/** Where the database is and how to get in; part of `environmentSchema`. */
export const databaseVariables = {
  DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      'PostgreSQL 15 or newer; its `sslmode` says whether by TLS. Unset: `start` and `demo` run an embedded one; other roles attach to it.',
    ),
  DATABASE_URL_FILE: secretFile('DATABASE_URL'),
  DATABASE_USER: z
    .string()
    .regex(/^[^\0\r\n]{1,63}$/, { error: 'a name of at most 63 characters' })
    .optional()
    .describe(
      'User for DATABASE_URL and DATABASE_READ_URLS, where these name none: parts with users of their own share the URLs.',
    ),
  DATABASE_PASSWORD: secret('a password')
    .optional()
    .describe('Password for DATABASE_URL and DATABASE_READ_URLS, where these have none.'),
  DATABASE_PASSWORD_FILE: secretFile('DATABASE_PASSWORD'),
  DATABASE_TLS_CA_FILE: pemFile()
    .optional()
    .describe(
      'Certificates of the CAs, in PEM, of which one has to have signed those of DATABASE_URL and DATABASE_READ_URLS. Set: `sslmode=verify-full` is the default of these URLs. Unset: the CAs that Node.js trusts. Read for each connection.',
    ),
  DATABASE_TLS_CERT_FILE: pemFile()
    .optional()
    .describe(
      'Certificate with which this process names itself to PostgreSQL, in PEM, with those between it and its CA. Read for each connection, as its key.',
    ),
  DATABASE_TLS_KEY_FILE: pemFile()
    .optional()
    .describe('Private key of DATABASE_TLS_CERT_FILE, in PEM, without a passphrase.'),
  DATABASE_ROLE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: '1 to 40 of a-z, 0-9 and _, a letter first' })
    .default('meterpulse')
    .describe(
      'Roles of the database to which `migrate` gives rights are named so, then `_worker`, `_api`, `_live`, `_gateway`, `_auditor`.',
    ),
  DATABASE_POOL_MAX: wholeNumber(2, 500)
    .default(10)
    .describe('Connections a process opens at most; the API as many to each replica again.'),
  DATABASE_READ_URLS: postgresUrls()
    .optional()
    .describe(
      'Hot standbys of DATABASE_URL, URLs separated by commas (a comma in a password as `%2C`). The API reads from them while they are fit, else, and while this is unset, from DATABASE_URL.',
    ),
  DATABASE_READ_URLS_FILE: secretFile('DATABASE_READ_URLS'),
  DATABASE_READ_MAX_LAG_MS: wholeNumber(500, 3_600_000)
    .default(5_000)
    .describe('A standby that is further behind than this is not read from until it has caught up.'),
};
