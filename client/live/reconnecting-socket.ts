import { fullJitterMs, type BackoffLimits } from '../../helpers/backoff.js';
import type { LastClose } from './live-status.js';
import type { Platform } from './platform.js';
import type { SocketClass, SocketLike } from './socket-like.js';

export interface ReconnectingSocketOptions {
  readonly url: string;
  /** Asked before each attempt. */
  readonly protocols: () => readonly string[] | Promise<readonly string[]>;
  readonly webSocket: SocketClass;
  readonly platform: Platform;
  readonly backoff: BackoffLimits;
  readonly onOpen: () => void;
  readonly onText: (data: unknown) => void;
  /** The subprotocols can't be had: the attempt failed. */
  readonly onFault: (error: unknown) => void;
  /** It is not open any more, or could not be opened. False: don't try again until start(). */
  readonly onDown: (close: LastClose) => boolean;
}

/** What a connection has to last before its loss counts as the first one: a server that takes it and drops it is no better than none. */
const STEADY_MS = 10_000;
/** A handshake that takes longer is given up. */
const HANDSHAKE_MS = 15_000;
/** The server restarts and said so: whoever takes its place is there soon. */
const SERVICE_RESTART = 1012;
/** What was shown is good no longer; something newer may be. */
const SESSION_OVER = 4001;

/**
 * A WebSocket that is opened again when it is lost, after full-jitter waits: random from 0 to base x 2^attempts, at most the cap,
 * so that many clients of one server don't come back in one instant. A browser can't read Retry-After: the waits grow instead.
 */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions;
  #socket: SocketLike | null = null;
  #openSince: number | null = null;
  #cancelTimer: (() => void) | null = null;
  #attempts = 0;
  /** Of the attempt whose subprotocols are waited for. */
  #asked = 0;
  #nextAttemptAt: number | null = null;

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#openSince !== null;
  }

  /** Neither open nor on the way to be. */
  get isStopped(): boolean {
    return this.#socket === null && this.#cancelTimer === null;
  }

  /** That failed in a row. */
  get attempts(): number {
    return this.isOpen ? 0 : this.#attempts;
  }

  get nextAttemptAt(): number | null {
    return this.#nextAttemptAt;
  }

  start(): void {
    if (this.isStopped) this.#open();
  }

  /** Only while open. */
  send(text: string): void {
    this.#socket?.send(text);
  }

  /** Another connection in place of this one, after a wait. */
  replace(reason: string): void {
    if (this.#socket !== null) this.#lost(this.#drop(1000, reason), 1000, reason);
  }

  /** Waits no longer than a first attempt would: the network is back. */
  hurry(): void {
    if (this.#nextAttemptAt === null) return;
    this.#cancelTimer?.();
    this.#attempts = 0;
    this.#wait();
  }

  stop(reason: string): void {
    this.#asked++;
    this.#drop(1000, reason);
    this.#cancelTimer?.();
    this.#cancelTimer = this.#nextAttemptAt = null;
  }

  #open(): void {
    const { protocols, platform, onFault } = this.#options;
    this.#nextAttemptAt = null;
    const offered = protocols();
    if (!(offered instanceof Promise)) {
      this.#connect(offered);
      return;
    }
    const asked = ++this.#asked;
    const failed = (reason: string): void => {
      this.#asked++;
      this.#cancelTimer?.();
      this.#lost(null, 1006, reason);
    };
    this.#cancelTimer = platform.after(HANDSHAKE_MS, () => failed('credentials took too long'));
    offered.then(
      (known) => {
        if (asked !== this.#asked) return;
        this.#cancelTimer?.();
        this.#connect(known);
      },
      (error: unknown) => {
        if (asked !== this.#asked) return;
        onFault(error);
        // Whoever was told may have stopped it.
        if (asked === this.#asked) failed(error instanceof Error ? error.message : '');
      },
    );
  }

  #connect(protocols: readonly string[]): void {
    const { url, webSocket, platform } = this.#options;
    let socket: SocketLike;
    try {
      socket = new webSocket(url, [...protocols]);
    } catch (error) {
      // A page that came by https may not open ws: the browser throws.
      this.#lost(null, 1006, error instanceof Error ? error.message : '');
      return;
    }
    this.#socket = socket;
    this.#cancelTimer = platform.after(HANDSHAKE_MS, () => this.replace('the handshake took too long'));
    socket.onopen = () => {
      this.#cancelTimer?.();
      this.#cancelTimer = null;
      this.#openSince = platform.now();
      this.#options.onOpen();
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#options.onText(data);
    // A close event follows, and tells all that may be known.
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
      this.#lost(this.#drop(null, ''), code, reason);
    };
  }

  /** Hears no more of the socket. Returns since when it was open. */
  #drop(code: number | null, reason: string): number | null {
    const socket = this.#socket;
    const openSince = this.#openSince;
    if (socket === null) return null;
    this.#socket = this.#openSince = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    // `onerror` stays: `ws` throws errors that nobody listens to, as when it is closed while connecting.
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (code !== null) socket.close(code, reason);
    return openSince;
  }

  #lost(openSince: number | null, code: number, reason: string): void {
    const { platform, onDown } = this.#options;
    const now = platform.now();
    const wasSteady = openSince !== null && now - openSince >= STEADY_MS;
    if (wasSteady || code === SERVICE_RESTART || code === SESSION_OVER) this.#attempts = 0;
    this.#wait();
    if (!onDown({ code, reason, at: new Date(now) })) this.stop('');
  }

  #wait(): void {
    const { platform, backoff } = this.#options;
    const waitMs = fullJitterMs(this.#attempts++, backoff, () => platform.random());
    this.#nextAttemptAt = platform.now() + waitMs;
    this.#cancelTimer = platform.after(waitMs, () => {
      this.#cancelTimer = null;
      this.#open();
    });
  }
}
