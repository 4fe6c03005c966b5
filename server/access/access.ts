/** Who asks, and what of the data is theirs. */
export interface Principal {
  readonly name: string;
  /** Sites whose charge points they may see; null: all. */
  readonly sites: ReadonlySet<string> | null;
}

/** What a door knows of a request: an HTTP request, or that of a WebSocket's handshake. */
export interface Knock {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly remoteAddress: string;
}

/** The one seam through which API and live feed learn who may do what. */
export interface Access {
  /** null: refused (401). */
  identify(knock: Knock): Promise<Principal | null>;
}

const ANYBODY: Principal = { name: 'anybody', sites: null };

/** Everything is everybody's: for loopback, and behind a proxy that decides. */
export const OPEN_ACCESS: Access = { identify: () => Promise.resolve(ANYBODY) };
