import { LRUCache } from 'lru-cache';
import { Gathered } from '../../helpers/gathered.js';
import type { Principal } from './access.js';
import { isScope } from './scope.js';
import { areSame, idOfAccessKey, type SecretHash } from './secrets.js';

/** What is kept of a key. */
export interface KeptKey {
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly scopes: readonly string[];
  readonly sites: readonly string[] | null;
  readonly chargePointIds: readonly string[] | null;
  /** Whether its holder has to sign what it sends over /ingest. */
  readonly signs: boolean;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

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

interface Answer {
  readonly kept: KeptKey | undefined;
  readonly until: number;
}

/** Who shows an access key. Questions that come while one is under way are asked together next. */
export class AccessKeys {
  private readonly answers = new LRUCache<string, Answer>({ max: REMEMBERED });
  private readonly questions: Gathered<string, KeptKey | undefined>;
  private readonly hash: SecretHash;
  private readonly ttlMs: number;
  private readonly now: () => number;

  constructor({ find, hash, ttlMs = 5_000, now = Date.now }: AccessKeysOptions) {
    this.hash = hash;
    this.ttlMs = ttlMs;
    this.now = now;
    this.questions = new Gathered(async (ids) => {
      const found = new Map((await find([...new Set(ids)])).map((kept) => [kept.id, kept]));
      return ids.map((id) => this.remember(id, found.get(id)));
    }, QUESTIONS_MAX);
  }

  /** null: it is none that is good now. Rejects when that can't be found out. */
  async verify(key: string): Promise<Principal | null> {
    const id = idOfAccessKey(key);
    if (id === null) return null;
    const answer = this.answers.get(id);
    const isFresh = answer !== undefined && answer.until > this.now();
    const kept = isFresh ? answer.kept : await this.questions.put(id);
    if (kept === undefined || kept.revokedAt !== null) return null;
    const expiresAt = kept.expiresAt?.getTime() ?? Infinity;
    if (expiresAt <= this.now() || !areSame(this.hash.ofKey(key), kept.hash)) return null;
    return {
      name: `${kept.name} (${kept.id})`,
      by: 'key',
      scopes: new Set(kept.scopes.filter(isScope)),
      sites: kept.sites === null ? null : new Set(kept.sites),
      chargePointIds: kept.chargePointIds === null ? null : new Set(kept.chargePointIds),
      ...(kept.signs ? { signingKeyId: kept.id } : {}),
      expiresAt,
    };
  }

  private remember(id: string, kept: KeptKey | undefined): KeptKey | undefined {
    this.answers.set(id, { kept, until: this.now() + this.ttlMs });
    return kept;
  }
}
