import type { SigningSession } from '../../store/access/signing-sessions.js';
import type { SecretHash } from './secrets.js';
import { sessionBegin, SignedFrames } from './signed-frames.js';

export interface SigningSessionsOptions {
  readonly hash: SecretHash;
  /** By how much the time of a session may differ from ours, ms. */
  readonly windowMs: number;
  /** Whether nobody had it before, in any process. Rejects when that can't be found out. */
  readonly claim: (session: SigningSession) => Promise<boolean>;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** Header of the handshake of a sender that signs. */
export const SESSION_HEADER = 'meterpulse-session';

/** Sessions of senders that sign: each of its own, begun now, and had by nobody before. */
export class SigningSessions {
  constructor(private readonly options: SigningSessionsOptions) {}

  /** null: there is no session, or none that is good. Rejects when that can't be found out. */
  async begin(keyId: string, session: string | string[] | undefined): Promise<SignedFrames | null> {
    const { claim, hash, now = Date.now, windowMs } = this.options;
    const begin = typeof session === 'string' ? sessionBegin(session) : null;
    if (begin === null || typeof session !== 'string' || Math.abs(now() - begin) > windowMs) return null;
    // A second more than it could be shown again.
    const isNew = await claim({ keyId, session, expiresAtMs: begin + windowMs + 1_000 });
    const secrets = hash.all.map((each) => each.signingSecret(keyId));
    return isNew ? new SignedFrames(secrets, session) : null;
  }
}
