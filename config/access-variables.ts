import { z } from 'zod';
import { credentialsKeys } from '../helpers/credentials-keys.js';
import { listed } from './listed.js';
import { pemFile, secret, secretFile } from './secret-variables.js';
import { wholeNumber } from './whole-number.js';

/** Who is asked who they are, and by what they show it; part of `environmentSchema`. */
export const accessVariables = {
  AUTHENTICATION: z
    .enum(['open', 'required'], { error: 'open or required' })
    .optional()
    .describe(
      'Whether everybody has to show who they are: charge points a password, people and programs a key or a token (`required`), or nobody (`open`). Default: `required` when CREDENTIALS_KEY or JWT_ISSUER is set, or HOST is no loopback address; else `open`.',
    ),
  CREDENTIALS_KEY: secret('32 random bytes')
    .refine((text) => credentialsKeys(text) !== null, {
      error:
        '32 random bytes in hexadecimal or base64, such as `openssl rand -hex 32` prints, or up to four such keys apart by commas, none twice',
    })
    .optional()
    .describe(
      'Key of the hashes that are kept of access keys and passwords of charge points: 32 random bytes, of `openssl rand -hex 32`. The same for every role and command; with another one no key and no password is known any more. While it is rotated, several apart by commas: new keys and passwords are made under the first, and known under each. See docs/security.md.',
    ),
  CREDENTIALS_KEY_FILE: secretFile('CREDENTIALS_KEY', 'Read at the start.'),
  JWT_ISSUER: z
    .string()
    .regex(/^\S{1,1024}$/, { error: 'a name without spaces, such as a URL' })
    .optional()
    .describe('Who signs tokens (JSON Web Tokens) that are taken: their `iss`. Unset: none are taken.'),
  JWT_AUDIENCE: z
    .string()
    .regex(/^\S{1,1024}$/, { error: 'a name without spaces' })
    .optional()
    .describe('For whom they have to be meant: one of their `aud`.'),
  JWT_JWKS_URL: z
    .string()
    .refine(isJwksUrl, { error: 'an https:// URL (http:// of a loopback address too), without a password' })
    .optional()
    .describe(
      'Where the issuer publishes its keys. Fetched when a key is met that is unknown, and each ten minutes.',
    ),
  JWT_KEYS_FILE: pemFile()
    .optional()
    .describe(
      'Instead of JWT_JWKS_URL a file: a JWKS, or one public key in PEM. Read again when it changes.',
    ),
  JWT_CLOCK_TOLERANCE_S: wholeNumber(0, 300)
    .default(10)
    .describe('By how much the clocks of issuer and server may differ.'),
  JWT_SITES_CLAIM: z
    .string()
    .regex(/^\S{1,256}$/, { error: 'the name of a claim' })
    .optional()
    .describe(
      'Claim that lists the sites whose rows its holder is shown, `*` for all; a token without it is shown none. Unset: tokens are shown all.',
    ),
  ALLOWED_HOSTS: listed()
    .refine((hosts) => hosts.every(isHostName), {
      error: 'names of hosts such as meters.example, without a port, separated by commas, or *',
    })
    .default([])
    .describe(
      'Names beside `localhost` by which a process may be asked where nobody has to show who they are, such as the one under which a proxy on this machine passes requests on; separated by commas, `*` for any. Others get 403: a page of elsewhere may have its own name lead here (DNS rebinding).',
    ),
  TLS_ENDS_BEFORE_ME: z
    .enum(['true', 'false'], { error: 'true or false' })
    .default('false')
    .describe(
      'Says that something in front of this process (an ingress, a load balancer, a service mesh) ends TLS, and that nobody else reaches its ports.',
    ),
};

function isJwksUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')));
}

function isHostName(text: string): boolean {
  return text === '*' || (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(text) && text.length <= 253);
}

/** By its look: what other names lead to isn't asked. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
