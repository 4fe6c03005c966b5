import { Remembered } from '../../store/remembered.js';
import { basicCredentials } from './basic-credentials.js';
import type { RememberedPasswords } from './remembered-passwords.js';
import { areSame, type SecretHash } from './secrets.js';

export interface ChargePointPasswordsOptions {
  /** Hashes of the passwords that are good now, by charge point. Rejects when that can't be found out. */
  readonly find: (chargePointIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Buffer[]>>;
  readonly hash: SecretHash;
  /** Passwords that need not be asked for. Default: each is. */
  readonly remembered?: Pick<RememberedPasswords, 'has'>;
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

/** Whether charge points are who they say, by HTTP Basic (OCPP security profiles 1 and 2). */
export class ChargePointPasswords {
  private readonly known: Remembered<readonly Buffer[]>;
  private readonly hash: SecretHash;

  private readonly remembered: Pick<RememberedPasswords, 'has'> | undefined;

  constructor({ find, hash, remembered, ttlMs, now }: ChargePointPasswordsOptions) {
    this.hash = hash;
    this.remembered = remembered;
    this.known = new Remembered({ find, max: REMEMBERED, questionsMax: QUESTIONS_MAX, ttlMs, now });
  }

  /** By the header Authorization of its handshake; at once where nobody need be asked. Rejects when it can't be found out. */
  isItself(chargePointId: string, authorization: string | undefined): boolean | Promise<boolean> {
    const credentials = basicCredentials(authorization);
    // To the letter: another case or another form of the same letters is another charge point.
    if (credentials === null || credentials.user !== chargePointId) return false;
    const { password } = credentials;
    if (password.length === 0) return false;
    const shown = [
      password,
      ...(password.length === KEY_BYTES ? [Buffer.from(password.toString('hex'))] : []),
    ].flatMap((form) => this.hash.all.map((hash) => hash.ofPassword(chargePointId, form)));
    return this.remembered?.has(chargePointId, shown) === true || this.isKept(chargePointId, shown);
  }

  private async isKept(chargePointId: string, shown: readonly Buffer[]): Promise<boolean> {
    const hashes = (await this.known.get(chargePointId)) ?? [];
    return hashes.some((kept) => shown.some((form) => areSame(form, kept)));
  }
}
