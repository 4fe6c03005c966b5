import type { IncomingMessage } from 'node:http';
import type { ConnectionOptions as TlsOptions, SecureContext } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { fullJitterMs, type BackoffLimits } from '../../helpers/backoff.js';
import type { Random } from '../../helpers/seeded-random.js';
import { FrameSigner } from '../live/frame-signer.js';
import type { Turnstile } from './turnstile.js';
import { Wakeup } from './wakeup.js';

/** As if so many attempts had failed already. */
const STEP_BACK_ATTEMPTS = 5;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** What is read of a refusal's body: characters, and ms until it is there. */
const LONGEST_REFUSAL = 16_384;
const REFUSAL_TIMEOUT_MS = 1_000;
/** A server may not hold its clients off for longer. */
const LONGEST_RETRY_AFTER_MS = 120_000;
/** Answers that come from the application itself, and which waiting doesn't change. */
const REFUSALS = new Set([400, 401, 403, 404, 405, 426]);

export interface ConnectionOptions {
  readonly url: string;
  readonly subprotocol: string | undefined;
  /** The header Authorization of each handshake. */
  readonly authorization?: string | undefined;
  /** With what each frame is signed; undefined: they are not. */
  readonly signingSecret?: string | undefined;
  /** Of `wss:`; default: as Node has it. */
  readonly secureContext?: SecureContext | undefined;
  /** Address of this machine to connect from; the system's choice without. */
  readonly localAddress?: string | undefined;
  readonly backoff: BackoffLimits;
  readonly random: Random;
  /** Bounds the handshakes of all connections together. */
  readonly handshakes: Turnstile;
  /** A server is there: it opened a socket, or was too busy to. */
  readonly onContact: () => void;
  /** One attempt failed; the next one comes after `waitMs`. */
  readonly onFailure: (cause: Error, waitMs: number) => void;
}

export interface SocketEvents {
  onText(text: string): void;
  /** `reason` is what the other side says, unchecked; '' when it says nothing. */
  onClose(code: number, reason: string): void;
}

/** After either ending, `onClose` follows. */
export interface OpenSocket {
  /** No longer open: what is sent now gets lost. */
  readonly closing: boolean;
  send(text: string): void;
  /** Says goodbye properly. */
  close(): void;
  /** Ends it at once. */
  terminate(): void;
  /** Reads nothing any more: to the server the other side seems to be gone, without a word. */
  pause(): void;
}

export type Opened =
  | { readonly kind: 'open'; readonly socket: OpenSocket }
  /** The server will not have this connection, and waiting won't help. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | { readonly kind: 'aborted' };

type Attempt =
  | Opened
  | {
      readonly kind: 'failed';
      readonly cause: Error;
      readonly retryAfterMs: number;
      readonly contact: boolean;
    };

/** Opens a WebSocket as often as needed, with full-jitter backoff between the attempts, or as a 503's Retry-After says. */
export class Connection {
  readonly #options: ConnectionOptions;
  #attempts = 0;
  #everOpen = false;
  #pauseMs = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The connection is of use (answers come), so that the next loss of it starts with a short wait. */
  proven(): void {
    this.#attempts = 0;
  }

  /** Somebody else wants the place: don't fight for it by coming back at once. */
  stepBack(): void {
    this.#attempts = Math.max(this.#attempts, STEP_BACK_ATTEMPTS);
  }

  /** The next attempt comes after a random part of `ms`, beside its own wait. */
  pause(ms: number): void {
    this.#pauseMs = Math.floor(this.#options.random() * (ms + 1));
  }

  async open(events: SocketEvents, signal: AbortSignal): Promise<Opened> {
    const { backoff, random, handshakes, onContact, onFailure } = this.#options;
    // The first attempt of all goes at once; every later one waits, also after a socket that opened and was lost.
    let waitMs = this.#attempts === 0 && !this.#everOpen ? 0 : fullJitterMs(this.#attempts, backoff, random);
    waitMs += this.#pauseMs;
    this.#pauseMs = 0;
    for (;;) {
      await sleep(waitMs, signal);
      if (signal.aborted) return { kind: 'aborted' };
      this.#attempts++;
      const attempt = await handshakes.pass(() => this.#attempt(events, signal));
      if (attempt.kind === 'open') {
        this.#everOpen = true;
        onContact();
        return attempt;
      }
      if (attempt.kind === 'aborted') return attempt;
      // A socket that was open once is refused by what stands in for a restarting server.
      if (attempt.kind === 'refused' && !this.#everOpen) return attempt;
      waitMs = fullJitterMs(this.#attempts, backoff, random);
      if (attempt.kind === 'failed') {
        if (attempt.contact) onContact();
        waitMs += attempt.retryAfterMs;
        onFailure(attempt.cause, waitMs);
      } else onFailure(new Error(`the server answered HTTP ${attempt.status}`), waitMs);
    }
  }

  #attempt(events: SocketEvents, signal: AbortSignal): Promise<Attempt> {
    const { url, subprotocol, authorization, signingSecret, secureContext, localAddress } = this.#options;
    // Of its own for each attempt: a session is good once.
    const signer = signingSecret === undefined ? null : new FrameSigner(signingSecret);
    const headers = { ...(authorization === undefined ? {} : { authorization }), ...signer?.headers };
    // Read once for all connections: `ws` hands on what `tls.connect` takes.
    const options: ClientOptions & Pick<TlsOptions, 'secureContext'> = {
      ...(secureContext === undefined ? {} : { secureContext }),
      ...(localAddress === undefined ? {} : { localAddress }),
      headers,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      perMessageDeflate: false,
      maxPayload: 16 * 1024 * 1024,
    };
    return new Promise((resolve) => {
      const socket = new WebSocket(url, subprotocol === undefined ? [] : [subprotocol], options);
      const abort = (): void => socket.terminate();
      signal.addEventListener('abort', abort, { once: true });
      const settle = (attempt: Attempt): void => {
        signal.removeEventListener('abort', abort);
        resolve(signal.aborted && attempt.kind !== 'open' ? { kind: 'aborted' } : attempt);
      };
      let open = false;
      socket.on('open', () => {
        open = true;
        settle({ kind: 'open', socket: wrap(socket, signer) });
      });
      socket.on('unexpected-response', (request, response) => {
        const status = response.statusCode ?? 0;
        if (REFUSALS.has(status)) {
          void readDetail(response).then((detail) => {
            request.destroy();
            settle({ kind: 'refused', status, detail });
          });
          return;
        }
        request.destroy();
        settle({
          kind: 'failed',
          cause: new Error(`the server answered HTTP ${status}`),
          retryAfterMs: retryAfterMs(response.headers['retry-after']),
          contact: status === 503 || status === 429,
        });
      });
      // After the socket was open, an error is always followed by a close.
      socket.on('error', (cause) => settle({ kind: 'failed', cause, retryAfterMs: 0, contact: false }));
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) events.onText(data.toString('utf8'));
      });
      socket.on('close', (code, reason) => {
        if (open) events.onClose(code, reason.toString('utf8'));
      });
    });
  }
}

function wrap(socket: WebSocket, signer: FrameSigner | null): OpenSocket {
  return {
    get closing() {
      return socket.readyState !== WebSocket.OPEN;
    },
    send: (text) => socket.send(signer?.sign(text) ?? text, ignoreLoss),
    close: () => socket.close(1000),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
  };
}

/** What a problem document (RFC 9457) says of the refusal; '' when there is none. Never rejects. */
async function readDetail(response: IncomingMessage): Promise<string> {
  let body = '';
  const limit = setTimeout(() => response.destroy(), REFUSAL_TIMEOUT_MS);
  try {
    for await (const chunk of response) {
      body += (chunk as Buffer).toString('utf8');
      if (body.length > LONGEST_REFUSAL) return '';
    }
    const problem: unknown = JSON.parse(body);
    const detail =
      typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : '';
    return typeof detail === 'string' ? detail : '';
  } catch {
    return '';
  } finally {
    clearTimeout(limit);
  }
}

/** What a lost socket didn't take is sent again on the next one. */
function ignoreLoss(): void {
  return;
}

/** Seconds or an HTTP date, as ms from now. */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number {
  if (header === undefined || header.trim() === '') return 0;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  const wakeup = new Wakeup();
  const wake = (): void => wakeup.notify();
  signal.addEventListener('abort', wake, { once: true });
  await wakeup.wait(ms);
  signal.removeEventListener('abort', wake);
}
