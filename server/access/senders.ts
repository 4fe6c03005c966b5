import type { Logger } from 'pino';
import { bearerToken } from './bearer-token.js';
import { may, type Access, type Knock, type Principal } from './access.js';
import type { OpenedFrame } from './signed-frames.js';
import { SESSION_HEADER, type SigningSessions } from './signing-sessions.js';
import { isTicket } from './tickets.js';

export interface SendersOptions {
  readonly access: Access;
  /** Ids of the charge points of each of the sites. Rejects when that can't be found out. */
  readonly readSites: (sites: readonly string[]) => Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** Of who has to sign; absent: nobody who has to is let in. */
  readonly signing?: SigningSessions | undefined;
  readonly logger: Logger;
  /** How often who is inside is looked at again, ms: as long works a key that was taken back. Default 5,000. */
  readonly intervalMs?: number;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** Somebody who sends readings. */
export interface KnownSender {
  readonly principal: Principal;
  /** undefined: for all. */
  readonly maySpeakFor: ((chargePointId: string) => boolean) | undefined;
  /** Opens its frames, which are signed; undefined: they are not. */
  readonly openFrame: ((text: string) => OpenedFrame) | undefined;
  /** Calls `onGone` once, when what they showed is no longer good. The returned function ends the watch. */
  watch(onGone: () => void): () => void;
}

interface Watched {
  readonly knock: Knock;
  readonly principal: Principal;
  /** Of who showed a ticket, which nobody can show again: when they have to come with another one, ms since 1970. */
  readonly endsAt: number | null;
  readonly onGone: () => void;
}

interface SiteAsRead {
  readonly ids: ReadonlySet<string>;
  readonly at: number;
}

const NOBODY: ReadonlySet<string> = new Set();
/** A site that nobody inside is of is forgotten after so long, ms. */
const FORGET_MS = 60_000;
/** How long a ticket lets somebody stay, ms. */
const TICKET_STAY_MS = 3_600_000;

/**
 * Who may send readings over `/ingest`, and for which charge points: those that their key names, of those of its sites. Which
 * these are is asked when somebody comes, and every few seconds while they are there.
 */
export class Senders {
  private readonly inside = new Set<Watched>();
  private readonly sites = new Map<string, SiteAsRead>();
  private readonly intervalMs: number;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(private readonly options: SendersOptions) {
    this.intervalMs = options.intervalMs ?? 5_000;
    this.now = options.now ?? Date.now;
  }

  /** Rejects when it can't be found out. */
  async identify(knock: Knock): Promise<KnownSender | 'unknown' | 'forbidden'> {
    const principal = await this.options.access.identify(knock);
    if (principal === null) return 'unknown';
    if (!may(principal, 'readings:write')) return 'forbidden';
    const { signingKeyId } = principal;
    const frames =
      signingKeyId === undefined
        ? undefined
        : await this.options.signing?.begin(signingKeyId, knock.headers[SESSION_HEADER]);
    if (signingKeyId !== undefined && (frames ?? null) === null) return 'unknown';
    await this.learn(principal.sites ?? [], this.intervalMs);
    const shown = bearerToken(knock);
    const isTicketed = shown.kind === 'token' && isTicket(shown.token);
    const endsAt = isTicketed ? Math.min(principal.expiresAt, this.now() + TICKET_STAY_MS) : null;
    const watched = { knock, principal, endsAt };
    const isForAll = principal.sites === null && principal.chargePointIds === null;
    return {
      principal,
      maySpeakFor: isForAll ? undefined : (id) => this.maySpeakFor(principal, id),
      openFrame: frames == null ? undefined : (text) => frames.open(text),
      watch: (onGone) => this.watch({ ...watched, onGone }),
    };
  }

  private maySpeakFor({ sites, chargePointIds }: Principal, id: string): boolean {
    if (chargePointIds?.has(id) === false) return false;
    if (sites === null) return true;
    for (const site of sites) if (this.sites.get(site)?.ids.has(id) === true) return true;
    return false;
  }

  private watch(watched: Watched): () => void {
    this.inside.add(watched);
    this.timer ??= setInterval(() => void this.lookAgain(), this.intervalMs);
    return () => this.forget(watched);
  }

  private forget(watched: Watched): void {
    this.inside.delete(watched);
    if (this.inside.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async lookAgain(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await Promise.all([...this.inside].map((watched) => this.judge(watched)));
      const all = [...this.inside].flatMap(({ principal }) => [...(principal.sites ?? [])]);
      await this.learn(new Set(all), 0);
      for (const [site, { at }] of this.sites) if (this.now() - at > FORGET_MS) this.sites.delete(site);
    } catch (error) {
      // Nothing was found out: who is inside stays, and so does what is known.
      this.options.logger.warn({ err: error }, 'it can not be found out whether senders may go on');
    } finally {
      this.isLooking = false;
    }
  }

  private async judge(watched: Watched): Promise<void> {
    if (watched.endsAt !== null) {
      if (this.now() < watched.endsAt) return;
    } else {
      const principal = await this.options.access.identify(watched.knock);
      if (principal !== null && may(principal, 'readings:write')) return;
    }
    this.forget(watched);
    watched.onGone();
  }

  /** Asks for the charge points of those of the sites that were not read for so long. */
  private async learn(sites: Iterable<string>, maxAgeMs: number): Promise<void> {
    const at = this.now();
    const stale = [...sites].filter((site) => at - (this.sites.get(site)?.at ?? -Infinity) >= maxAgeMs);
    if (stale.length === 0) return;
    const found = await this.options.readSites(stale);
    for (const site of stale) this.sites.set(site, { ids: found.get(site) ?? NOBODY, at });
  }
}
