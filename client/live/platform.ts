import type { SocketClass } from './socket-like.js';

/** What the client has of the world. Injected, so that tests make time and chance. */
export interface Platform {
  readonly webSocket: SocketClass | undefined;
  /** A class of sockets that sign what they send with the secret; undefined: a page can't send the header that it takes. */
  readonly signingSocket?: (secret: string) => SocketClass;
  readonly fetch: typeof globalThis.fetch;
  /** Address of the page, that relative addresses are relative to; undefined where there is none. */
  readonly base: string | undefined;
  /** ms since 1970 UTC. */
  now(): number;
  /** At least 0, below 1. */
  random(): number;
  /** Returns what cancels it. */
  after(ms: number, action: () => void): () => void;
  /** Tells when the network has come back; returns what ends that. */
  onOnline(action: () => void): () => void;
}
