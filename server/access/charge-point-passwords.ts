import { LRUCache } from 'lru-cache';
import { Gathered } from '../../helpers/gathered.js';
import { basicCredentials } from './basic-credentials.js';
import { areSame, type SecretHash } from './secrets.js';

export interface ChargePointPasswordsOptions {
  /** Hashes of the passwords that are good now, by charge point. Rejects when that can't be found out. */
  readonly find: (chargePointIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Buffer[]>>;
  readonly hash: SecretHash;
  /** How long an answer is good for, ms: as long a new password may be refused, and an old one work. Default 5,000. */
  readonly ttlMs?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** Charge points that are remembered, unknown ones too. */
const REMEMBERED = 100_000;
/** In one query. */
const QUESTIONS_MAX = 10_000;
/** Of an AuthorizationKey that is sent as the bytes which its hexadecimal digits spell. */
const KEY_BYTES = 20;
const NONE: readonly Buffer[] = [];

interface Answer {
  readonly hashes: readonly Buffer[];
  readonly until: number;
}

/** Whether charge points are who they say, by HTTP Basic (OCPP security profiles 1 and 2). */
export class ChargePointPasswords {
  private readonly answers = new LRUCache<string, Answer>({ max: REMEMBERED });
  private readonly questions: Gathered<string, readonly Buffer[]>;
  private readonly hash: SecretHash;
  private readonly ttlMs: number;
  private readonly now: () => number;

  constructor({ find, hash, ttlMs = 5_000, now = Date.now }: ChargePointPasswordsOptions) {
    this.hash = hash;
    this.ttlMs = ttlMs;
    this.now = now;
    this.questions = new Gathered(async (ids) => {
      const found = await find([...new Set(ids)]);
      return ids.map((id) => this.remember(id, found.get(id) ?? NONE));
    }, QUESTIONS_MAX);
  }

  /** By the header Authorization of its handshake. Rejects when it can't be found out. */
  async isItself(chargePointId: string, authorization: string | undefined): Promise<boolean> {
    const credentials = basicCredentials(authorization);
    // To the letter: another case or another form of the same letters is another charge point.
    if (credentials === null || credentials.user !== chargePointId) return false;
    const { password } = credentials;
    if (password.length === 0) return false;
    const answer = this.answers.get(chargePointId);
    const isFresh = answer !== undefined && answer.until > this.now();
    const hashes = isFresh ? answer.hashes : await this.questions.put(chargePointId);
    const shown = [
      password,
      ...(password.length === KEY_BYTES ? [Buffer.from(password.toString('hex'))] : []),
    ].map((form) => this.hash.ofPassword(chargePointId, form));
    return hashes.some((kept) => shown.some((form) => areSame(form, kept)));
  }

  private remember(chargePointId: string, hashes: readonly Buffer[]): readonly Buffer[] {
    this.answers.set(chargePointId, { hashes, until: this.now() + this.ttlMs });
    return hashes;
  }
}
