import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { AccessKeys, type KeptKey } from '../server/access/access-keys.js';
import { KnownAccess } from '../server/access/known-access.js';
import { newAccessKey, SecretHash } from '../server/access/secrets.js';
import { verificationKeys } from '../server/access/tokens/verification-keys.js';
import { WebTokens } from '../server/access/tokens/web-tokens.js';

/** People and programs that ask within a minute, and how often each does. */
export const HOLDERS = 200;
export const REQUESTS_EACH = 60;

const NO_TICKETS = { redeem: () => Promise.resolve(null) };
const ISSUER = 'https://id.example.com';
const AUDIENCE = 'meterpulse';
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;

/** What identifying a request takes of the CPU, threads for cryptography included, µs a request: the first one of a token is a signature, the others are remembered. */
export interface AccessChecks {
  readonly byAlgorithm: Readonly<Record<(typeof ALGORITHMS)[number], number>>;
  readonly byKey: number;
}

export async function timeAccessChecks(): Promise<AccessChecks> {
  const byAlgorithm = { RS256: 0, ES256: 0, EdDSA: 0 };
  for (const algorithm of ALGORITHMS) byAlgorithm[algorithm] = await ofTokens(algorithm);
  return { byAlgorithm, byKey: await ofKeys() };
}

async function ofTokens(algorithm: (typeof ALGORITHMS)[number]): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-bench-keys-'));
  try {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const path = join(directory, 'key.pem');
    await writeFile(path, await exportSPKI(publicKey));
    const sign = (subject: string): Promise<string> =>
      new SignJWT({ scope: 'readings:read', sites: ['depot'] })
        .setProtectedHeader({ alg: algorithm })
        .setSubject(subject)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime('1h')
        .sign(privateKey);
    const shown = await Promise.all(Array.from({ length: HOLDERS + 1 }, (_, at) => sign(`user ${at}`)));
    const tokens = new WebTokens({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: verificationKeys({ kind: 'file', path }),
      clockToleranceS: 10,
      sitesClaim: 'sites',
    });
    return await timed({ keys: null, tokens }, shown);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function ofKeys(): Promise<number> {
  const hash = new SecretHash(Buffer.alloc(32, 1));
  const made = Array.from({ length: HOLDERS + 1 }, () => newAccessKey());
  const rows = new Map<string, KeptKey>(
    made.map(({ id, key }) => [
      id,
      {
        ...{ id, name: 'bench', hash: hash.ofKey(key), scopes: ['readings:read'], sites: ['depot'] },
        ...{ chargePointIds: null, expiresAt: null, revokedAt: null, signs: false },
      },
    ]),
  );
  const find = (ids: readonly string[]) => Promise.resolve(ids.flatMap((id) => rows.get(id) ?? []));
  return timed(
    { keys: new AccessKeys({ find, hash }), tokens: null },
    made.map(({ key }) => key),
  );
}

/** The last one shows itself before: keys are loaded, and code is warm, in any server that has been asked once. */
async function timed(
  judges: { readonly keys: AccessKeys | null; readonly tokens: WebTokens | null },
  shown: readonly string[],
): Promise<number> {
  const access = new KnownAccess({ ...judges, tickets: NO_TICKETS, logger: pino({ level: 'silent' }) });
  const identify = async (token: string | undefined): Promise<void> => {
    const headers = { authorization: `Bearer ${token ?? ''}` };
    const principal = await access.identify({ headers, remoteAddress: '127.0.0.1' });
    if (principal === null) throw new Error('what is good was refused');
  };
  await identify(shown.at(-1));
  const before = process.cpuUsage();
  for (let round = 0; round < REQUESTS_EACH; round++) {
    for (const token of shown.slice(0, HOLDERS)) await identify(token);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (HOLDERS * REQUESTS_EACH);
}
