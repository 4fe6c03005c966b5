import type { AccessKey } from '../../store/access/access-keys.js';
import { Remembered } from '../../store/remembered.js';
import type { Principal } from './access.js';
import { isScope } from './scope.js';
import { areSame, idOfAccessKey, type SecretHash } from './secrets.js';

/** What is looked at of a key. */
export type KeptKey = Omit<AccessKey, 'createdAt'>;

export interface AccessKeysOptions {
  /** Those of the ids that there are. Rejects when that can't be found out. */
  readonly find: (ids: readonly string[]) => Promise<readonly KeptKey[]>;
  readonly hash: SecretHash;
  /** How long an answer is good for, ms: as long works a key that was taken back. Default 5,000. */
  readonly ttlMs?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** Keys that are remembered, unknown ones too. */
const REMEMBERED = 50_000;
/** In one query. */
const QUESTIONS_MAX = 1_000;

interface KnownKey {
  readonly hash: Buffer;
  readonly principal: Principal;
}

/** Who shows an access key. Questions that come while one is under way are asked together next. */
export class AccessKeys {
  private readonly known: Remembered<KnownKey>;
  private readonly hash: SecretHash;
  private readonly now: () => number;

  constructor({ find, hash, ttlMs, now = Date.now }: AccessKeysOptions) {
    this.hash = hash;
    this.now = now;
    this.known = new Remembered({
      find: async (ids) => {
        const good = (await find(ids)).filter(({ revokedAt }) => revokedAt === null);
        return new Map(good.map((kept) => [kept.id, { hash: kept.hash, principal: principalOf(kept) }]));
      },
      ...{ max: REMEMBERED, questionsMax: QUESTIONS_MAX, ttlMs, now },
    });
  }

  /** null: it is none that is good now. Rejects when that can't be found out. */
  async verify(key: string): Promise<Principal | null> {
    const id = idOfAccessKey(key);
    const known = id === null ? undefined : await this.known.get(id);
    if (known === undefined || known.principal.expiresAt <= this.now()) return null;
    const isIt = this.hash.all.some((hash) => areSame(hash.ofKey(key), known.hash));
    return isIt ? known.principal : null;
  }
}

/** Made when the key is read, and not with every request: a key may name thousands of charge points. */
function principalOf({ id, name, scopes, sites, chargePointIds, signs, expiresAt }: KeptKey): Principal {
  return {
    name: `${name} (${id})`,
    by: 'key',
    scopes: new Set(scopes.filter(isScope)),
    sites: sites === null ? null : new Set(sites),
    chargePointIds: chargePointIds === null ? null : new Set(chargePointIds),
    ...(signs ? { signingKeyId: id } : {}),
    expiresAt: expiresAt?.getTime() ?? Infinity,
  };
}
