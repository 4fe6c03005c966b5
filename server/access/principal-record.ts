import { z } from 'zod';
import type { Principal } from './access.js';
import { isScope } from './scope.js';

const record = z.strictObject({
  name: z.string(),
  scopes: z.array(z.string()),
  by: z.enum(['key', 'token']).optional(),
  sites: z.array(z.string()).nullable(),
  chargePointIds: z.array(z.string()).nullable(),
  signingKeyId: z.string().optional(),
  expiresAt: z.number().nullable(),
} satisfies Record<keyof Principal, z.ZodType>);

/** A principal as JSON has it: sets as lists, and null for "never". */
export function principalRecord(principal: Principal) {
  const { name, by, scopes, sites, chargePointIds, signingKeyId, expiresAt } = principal;
  return {
    name,
    ...(by === undefined ? {} : { by }),
    scopes: [...scopes],
    sites: sites === null ? null : [...sites],
    chargePointIds: chargePointIds === null ? null : [...chargePointIds],
    ...(signingKeyId === undefined ? {} : { signingKeyId }),
    expiresAt: expiresAt === Infinity ? null : expiresAt,
  } satisfies z.output<typeof record>;
}

/** null: it is none of this version, and nobody's. */
export function readPrincipalRecord(json: unknown): Principal | null {
  const read = record.safeParse(json);
  if (!read.success) return null;
  const { name, by, scopes, sites, chargePointIds, signingKeyId, expiresAt } = read.data;
  return {
    name,
    ...(by === undefined ? {} : { by }),
    scopes: new Set(scopes.filter(isScope)),
    sites: sites === null ? null : new Set(sites),
    chargePointIds: chargePointIds === null ? null : new Set(chargePointIds),
    ...(signingKeyId === undefined ? {} : { signingKeyId }),
    expiresAt: expiresAt ?? Infinity,
  };
}
