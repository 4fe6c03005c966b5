import type { SessionFacts } from './dialect.js';

/** Sessions that ended whose names are still known: readings that were overtaken may follow. */
const ENDED_KNOWN = 8;

/** What each session of a charge point is called: by the server, or by the device. */
export class SessionNames {
  readonly #names = new Map<number, number | string>();
  /** Connector of each session that runs. */
  readonly #running = new Map<number, number>();
  readonly #ended: number[] = [];

  /** Connectors at which a session runs. */
  get connectors(): readonly number[] {
    return [...this.#running.values()];
  }

  /** `own`: what the device calls it; null where the server will. */
  begin({ number, connectorId }: SessionFacts, own: number | string | null): void {
    if (own !== null) this.#names.set(number, own);
    this.#running.set(number, connectorId);
  }

  end({ number }: SessionFacts): void {
    this.#running.delete(number);
  }

  /** false: it has a name already. */
  name(session: number, transactionId: number): boolean {
    if (this.#names.has(session)) return false;
    this.#names.set(session, transactionId);
    return true;
  }

  /** Nothing of it is left to send, but for what was overtaken. */
  settled(session: number): void {
    this.#ended.push(session);
    const oldest = this.#ended.length > ENDED_KNOWN ? this.#ended.shift() : undefined;
    if (oldest !== undefined) this.#names.delete(oldest);
  }

  /** What is put into bodies when they leave; undefined while it has no name. */
  readonly numberOf = (session: number): number | undefined => {
    const name = this.#names.get(session);
    return typeof name === 'number' ? name : undefined;
  };

  /** Where the session runs that is called so; null when there is none. */
  connectorOf(transactionId: string): number | null {
    for (const [session, connectorId] of this.#running)
      if (String(this.#names.get(session)) === transactionId) return connectorId;
    return null;
  }
}
