import { z } from 'zod';

/** Variables whose values no log, error or answer may show. Each may stand in a file instead: `NAME_FILE` has its path. */
export const SECRETS = [
  'CREDENTIALS_KEY',
  'DATA_KEYS',
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'DATABASE_READ_URLS',
  'KAFKA_SASL_PASSWORD',
] as const;

export type Secret = (typeof SECRETS)[number];

export function isSecret(name: string): name is Secret {
  return (SECRETS as readonly string[]).includes(name);
}

/** A secret of one line. */
export const secret = (expected: string) =>
  z.string().regex(/^[^\0\r\n]+$/, { error: `${expected}, in one line` });

const path = () => z.string().regex(/^[^\0]{1,4096}$/, { error: 'a path of at most 4096 characters' });

/** Secrets of which a file has one a line. */
export const LISTS: readonly Secret[] = ['DATA_KEYS'];

/** The variable beside a secret. */
export const secretFile = (name: Secret, read = 'Read at the start and again for each new connection.') =>
  path().optional().describe(`File that has ${name} in one line, instead of ${name} itself. ${read}`);

/** A file of certificates or of a key. */
export const pemFile = path;
