/**
 * A charging session as its charge point sees it:
 *
 *     starting -> charging -> stopping -> ended
 *     starting -> refused
 *
 * The transaction id comes with the answer to the Start. What is sent before carries it all the same, since it is sent in
 * its order and asks for the id only when it leaves.
 */
export type SessionState = 'starting' | 'charging' | 'stopping' | 'ended' | 'refused';

export class Session {
  #state: SessionState = 'starting';
  #transactionId: number | null = null;

  constructor(
    readonly connectorId: number,
    readonly idTag: string,
    readonly meterStartWh: number,
    /** ms since 1970 UTC. */
    readonly startedAt: number,
  ) {}

  get state(): SessionState {
    return this.#state;
  }

  /** null until the Start is answered. */
  get transactionId(): number | null {
    return this.#transactionId;
  }

  /** The Start is answered; a repeated Start must be answered by the same id, and an earlier id stays. */
  started(transactionId: number): 'new' | 'same' | 'other' {
    if (this.#transactionId === null) {
      this.#transactionId = transactionId;
      if (this.#state === 'starting' || this.#state === 'refused') this.#state = 'charging';
      return 'new';
    }
    return this.#transactionId === transactionId ? 'same' : 'other';
  }

  /** The Start will never be taken. */
  refused(): void {
    if (this.#transactionId === null) this.#state = 'refused';
  }

  stopping(): void {
    if (this.#state === 'starting' || this.#state === 'charging') this.#state = 'stopping';
  }

  ended(): void {
    if (this.#state !== 'refused') this.#state = 'ended';
  }
}
