import { createHash, randomBytes } from 'node:crypto';
import type { NewTicket } from '../../store/access/tickets.js';
import type { Principal } from './access.js';
import { principalRecord, readPrincipalRecord } from './principal-record.js';

export interface TicketsOptions {
  /** Keeps one; resolves with when it ends to be good. Rejects when it can't. */
  readonly keep: (ticket: NewTicket) => Promise<{ readonly expiresAt: Date }>;
  /** Whose it was, once; null: of nobody. Rejects when that can't be found out. */
  readonly take: (hash: Buffer) => Promise<unknown>;
  /** How long one is good for, ms. Default 30,000. */
  readonly lifetimeMs?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

const LIFETIME_MS = 30_000;
const TICKET = /^mt_[\w-]{43}$/;

/** Whether a text looks like one: no key and no token does. */
export function isTicket(text: string): boolean {
  return TICKET.test(text);
}

/**
 * Tickets for WebSockets: whoever has shown who they are gets one, and opens one connection with it within seconds. It may
 * stand where a key or a token must not: in an address, or in a header that a proxy writes to its log.
 */
export class Tickets {
  private readonly lifetimeMs: number;
  private readonly now: () => number;

  constructor(private readonly options: TicketsOptions) {
    this.lifetimeMs = options.lifetimeMs ?? LIFETIME_MS;
    this.now = options.now ?? Date.now;
  }

  /** Rejects when it can't be kept. */
  async issue(principal: Principal): Promise<IssuedTicket> {
    const ticket = `mt_${randomBytes(32).toString('base64url')}`;
    const { lifetimeMs } = this;
    const kept = await this.options.keep({
      hash: hashOf(ticket),
      principal: principalRecord(principal),
      lifetimeMs,
    });
    return { ticket, expiresAt: kept.expiresAt };
  }

  /** null: it is none that is good, or was shown before. Rejects when that can't be found out. */
  async redeem(ticket: string): Promise<Principal | null> {
    if (!isTicket(ticket)) return null;
    const record = await this.options.take(hashOf(ticket));
    const principal = record === null ? null : readPrincipalRecord(record);
    return principal !== null && principal.expiresAt > this.now() ? principal : null;
  }
}

/** Without a key: of 256 random bits nobody guesses one. */
function hashOf(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
