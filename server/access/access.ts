import type { Scope } from './scope.js';

/** Who asks, what they may do, and what of the data is theirs. */
export interface Principal {
  readonly name: string;
  /** What they showed: a key of ours, or a token of an issuer, which may name whom it likes. undefined: nothing. */
  readonly by?: 'key' | 'token';
  readonly scopes: ReadonlySet<Scope>;
  /** Sites whose charge points they may see; null: all. */
  readonly sites: ReadonlySet<string> | null;
  /** Charge points for which they may send readings, of those of their sites; null: all of them. */
  readonly chargePointIds: ReadonlySet<string> | null;
  /** The key with whose secret they sign what they send over /ingest; undefined: they need not sign. */
  readonly signingKeyId?: string;
  /** When what they showed ends to be good, ms since 1970; Infinity: never. */
  readonly expiresAt: number;
}

/** What a door knows of a request: an HTTP request, or that of a WebSocket's handshake. */
export interface Knock {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly remoteAddress: string;
  /** Told why somebody is not known, for the audit: whoever asks doesn't hear it. */
  readonly onUnknown?: (unknown: Unknown) => void;
  /** Path and query of a WebSocket's handshake; absent: it is none, and no ticket is taken. */
  readonly handshake?: string;
}

/** Why it is not known who asks. */
export interface Unknown {
  readonly why: string;
  /** The part of a key that is no secret; null: what was shown is none. */
  readonly keyId: string | null;
}

/** The one seam through which API and live feed learn who may do what. */
export interface Access {
  /** null: refused (401). */
  identify(knock: Knock): Promise<Principal | null>;
}

/** The one answer to whether somebody may do what needs `scope`. */
export function may({ scopes }: Pick<Principal, 'scopes'>, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin');
}

const ANYBODY: Principal = {
  name: 'anybody',
  scopes: new Set(['admin']),
  sites: null,
  chargePointIds: null,
  expiresAt: Infinity,
};

/** Everything is everybody's: for loopback, and behind a proxy that decides. */
export const OPEN_ACCESS: Access = { identify: () => Promise.resolve(ANYBODY) };

/** Whether nobody need show who they are. */
export function isOpen(access: Access): boolean {
  return access === OPEN_ACCESS;
}
