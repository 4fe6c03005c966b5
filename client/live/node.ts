/** What Node gets: the same as `index.ts`, with the WebSocket of the package `ws`, which Node before 22 has none of. */
import { WebSocket } from 'ws';
import { assembleLiveClient } from './assemble-live-client.js';
import { browserPlatform } from './browser-platform.js';
import { FrameSigner } from './frame-signer.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';
import type { SocketClass } from './socket-like.js';

/** A frame of the server may be larger than any it sends; beyond that the connection is lost, not the memory. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** close() doesn't keep a process alive for longer. */
const CLOSE_TIMEOUT_MS = 1_000;

const WS_OPTIONS = { maxPayload: MAX_FRAME_BYTES, closeTimeout: CLOSE_TIMEOUT_MS };

class NodeWebSocket extends WebSocket {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols, WS_OPTIONS);
  }
}

/** Each connection has a signer, and so a session, of its own. */
function signingSocket(secret: string): SocketClass {
  return class extends WebSocket {
    readonly #signer: FrameSigner;

    constructor(url: string, protocols?: string[]) {
      const signer = new FrameSigner(secret);
      super(url, protocols, { ...WS_OPTIONS, headers: signer.headers });
      this.#signer = signer;
    }

    override send(text: string): void {
      super.send(this.#signer.sign(text));
    }
  };
}

/** Throws a `LiveError` `invalid-options` for addresses that are none. */
export function createLiveClient(options: LiveClientOptions = {}): LiveClient {
  return assembleLiveClient(options, { ...browserPlatform(), webSocket: NodeWebSocket, signingSocket });
}

export { createView } from './create-view.js';
export { seriesKey } from './live-view.js';
export { LIVE_ERRORS, LiveError } from './live-error.js';
