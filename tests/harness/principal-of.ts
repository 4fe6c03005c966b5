import type { Principal } from '../../server/access/access.js';
import type { Scope } from '../../server/access/scope.js';

/** Default: may do everything, of every site. */
export function principalOf(
  parts: {
    readonly sites?: readonly string[] | null;
    readonly chargePointIds?: readonly string[] | null;
    readonly scopes?: readonly Scope[];
    readonly expiresAt?: number;
  } = {},
): Principal {
  const { sites = null, chargePointIds = null, scopes = ['admin'], expiresAt = Infinity } = parts;
  return {
    name: 'test',
    scopes: new Set(scopes),
    sites: sites === null ? null : new Set(sites),
    chargePointIds: chargePointIds === null ? null : new Set(chargePointIds),
    expiresAt,
  };
}
