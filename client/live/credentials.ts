import { tokenProtocols } from './urls.js';

/** A key or a token, or what gives the one that is good now: asked before each connection and each request. */
export type TokenSource = string | (() => string | undefined | Promise<string | undefined>);

/** What is shown to servers. */
export class Credentials {
  readonly #source: TokenSource | undefined;
  readonly #fetchTicket: (() => Promise<string>) | null;

  /** @param fetchTicket null: sockets are shown the token itself. */
  constructor(source: TokenSource | undefined, fetchTicket: (() => Promise<string>) | null) {
    this.#source = source;
    this.#fetchTicket = source === undefined ? null : fetchTicket;
  }

  /** What a socket is shown; undefined: nothing. Rejects as the API does, where it gives tickets. */
  async secret(): Promise<string | undefined> {
    return this.#fetchTicket === null ? tokenOf(this.#source) : this.#fetchTicket();
  }

  /** For a handshake. At once where nothing is to be asked for. */
  protocols(): readonly string[] | Promise<readonly string[]> {
    const source = this.#source;
    if (source === undefined) return [];
    if (typeof source === 'string' && this.#fetchTicket === null) return tokenProtocols(source);
    return this.secret().then(tokenProtocols);
  }
}

async function tokenOf(source: TokenSource | undefined): Promise<string | undefined> {
  return typeof source === 'function' ? source() : source;
}
