import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../access.js';
import { isScope, type Scope } from '../scope.js';
import { ALGORITHMS } from './verification-keys.js';

export interface WebTokenOptions {
  /** Of every token (`iss`). */
  readonly issuer: string;
  /** One of every token's (`aud`). */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** By how much the clocks of issuer and server may differ, s. */
  readonly clockToleranceS: number;
  /** Claim that lists the sites whose rows are shown, `*` for all; a token without it sees none. null: all see all. */
  readonly sitesClaim: string | null;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export type Verified =
  | { readonly ok: true; readonly principal: Principal }
  /** `why` is for logs and the audit; the client is told that its credentials are none. */
  | { readonly ok: false; readonly why: string };

/** Verified ones that are remembered, so that a request costs a hash and not a signature. */
const REMEMBERED = 10_000;
/** Afterwards one is verified anew: a key that its issuer took back is good for as long, and for the age of the keys. */
const REMEMBERED_MS = 60_000;
const MAX_SITES = 1_000;

/**
 * JSON Web Tokens (RFC 7519) of one issuer for one audience, as RFC 8725 advises: asymmetric signatures only, by keys of the
 * configuration only (what a token's header says of keys' whereabouts is not looked at), with an end.
 */
export class WebTokens {
  private readonly remembered = new LRUCache<string, Principal>({ max: REMEMBERED, ttl: REMEMBERED_MS });
  private readonly now: () => number;

  constructor(private readonly options: WebTokenOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Rejects with IDENTITY_UNAVAILABLE while the keys can't be had. */
  async verify(token: string): Promise<Verified> {
    // The token itself is a secret that no heap snapshot needs to have.
    const name = createHash('sha256').update(token).digest('base64');
    const known = this.remembered.get(name);
    if (known !== undefined && this.now() < known.expiresAt) return { ok: true, principal: known };
    this.remembered.delete(name);
    const verified = await this.judge(token);
    if (verified.ok) this.remembered.set(name, verified.principal);
    return verified;
  }

  private async judge(token: string): Promise<Verified> {
    const { issuer, audience, keys, clockToleranceS, sitesClaim } = this.options;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [...ALGORITHMS],
        issuer,
        audience,
        clockTolerance: clockToleranceS,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.now()),
      });
      if (typeof payload.sub !== 'string' || payload.sub === '') return { ok: false, why: 'sub is empty' };
      return {
        ok: true,
        principal: {
          name: payload.sub,
          by: 'token',
          scopes: scopesOf(payload),
          sites: sitesClaim === null ? null : sitesOf(payload[sitesClaim]),
          chargePointIds: null,
          expiresAt: ((payload.exp ?? 0) + clockToleranceS) * 1_000,
        },
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { ok: false, why: error.message };
      throw error;
    }
  }
}

/** `scope` as in RFC 8693, names between spaces; lists as some issuers send them, and `scp`, are taken as well. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const named = [scope, scp].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : namesIn(claim),
  );
  return new Set(named.filter(isScope));
}

function sitesOf(claim: unknown): ReadonlySet<string> | null {
  if (claim === '*') return null;
  const sites = namesIn(claim);
  return sites.length > MAX_SITES ? new Set() : sites.includes('*') ? null : new Set(sites);
}

function namesIn(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : [];
}
