import type { SessionMessage } from '../../protocol/live/server-message.js';
import type { Platform } from './platform.js';

export interface SessionRenewalOptions {
  readonly platform: Platform;
  /** What shows anew who asks; undefined: nothing. */
  readonly secret: () => Promise<string | undefined>;
  readonly send: (text: string) => void;
  readonly onError: (error: unknown) => void;
}

/** A server that says "now" again and again is asked no more often than that. */
const SHORTEST_WAIT_MS = 1_000;

/** Renews the session of one connection, before it ends and not together with all others. */
export class SessionRenewal {
  readonly #options: SessionRenewalOptions;
  #expiresAt = '';
  #cancelTimer: (() => void) | null = null;
  #generation = 0;

  constructor(options: SessionRenewalOptions) {
    this.#options = options;
  }

  /** The server told when the session ends. By its clock alone: ours may be another. */
  plan({ expiresAt, renewableFrom, timestamp }: SessionMessage): void {
    this.#cancelTimer?.();
    // The same credentials last no longer: the connection ends, and the next one shows others, or is refused.
    if (expiresAt === this.#expiresAt) return;
    this.#expiresAt = expiresAt;
    const { platform } = this.#options;
    const from = Math.max(Date.parse(renewableFrom), Date.parse(timestamp));
    const windowMs = Math.max(0, Date.parse(expiresAt) - from);
    const waitMs = from - Date.parse(timestamp) + (windowMs / 2) * platform.random();
    this.#cancelTimer = platform.after(Math.max(SHORTEST_WAIT_MS, waitMs), () => void this.#renew());
  }

  /** The connection is gone. */
  stop(): void {
    this.#generation++;
    this.#expiresAt = '';
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #renew(): Promise<void> {
    const generation = this.#generation;
    try {
      const token = await this.#options.secret();
      if (generation !== this.#generation || token === undefined) return;
      this.#options.send(JSON.stringify({ type: 'RENEW', token }));
    } catch (error) {
      if (generation === this.#generation) this.#options.onError(error);
    }
  }
}
