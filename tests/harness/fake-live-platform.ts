import type { Platform } from '../../client/live/platform.js';
import type { SocketLike } from '../../client/live/socket-like.js';
import { ManualClock } from './manual-clock.js';

type Handler<Event> = ((event: Event) => void) | null;

/** One connection as its server sees it. */
export class FakeSocket implements SocketLike {
  onopen: Handler<object> = null;
  onmessage: Handler<{ readonly data: unknown }> = null;
  onerror: Handler<object> = null;
  onclose: Handler<{ readonly code: number; readonly reason: string }> = null;
  readonly sent: string[] = [];
  /** What the client closed it with; null while it has not. */
  closed: { readonly code: number | undefined; readonly reason: string | undefined } | null = null;

  constructor(
    readonly url: string,
    readonly protocols: readonly string[] = [],
  ) {}

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number, reason?: string): void {
    this.closed = { code, reason };
  }

  accept(): void {
    this.onopen?.({});
  }

  /** One frame. */
  say(...messages: readonly unknown[]): void {
    this.sayRaw(JSON.stringify(messages));
  }

  sayRaw(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** As browsers tell it: an error, then a close. */
  drop(code = 1006, reason = ''): void {
    this.onerror?.({});
    this.onclose?.({ code, reason });
  }

  /** What was sent, as JSON. */
  get messages(): Record<string, unknown>[] {
    return this.sent.map((text) => JSON.parse(text) as Record<string, unknown>);
  }
}

/** A world for the client in which the test makes time, chance, network and servers. */
export class FakeLivePlatform implements Platform {
  readonly clock = new ManualClock();
  readonly sockets: FakeSocket[] = [];
  /** What comes of random(). */
  chance = 0.5;
  readonly base: string | undefined = undefined;
  answer: (url: string, init: RequestInit) => Promise<Response> = () =>
    Promise.reject(new TypeError('no network'));
  #onlineListeners: (() => void)[] = [];

  readonly webSocket = ((platform) =>
    class extends FakeSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        platform.sockets.push(this);
      }
    })(this);

  readonly fetch = ((url: string, init: RequestInit) => this.answer(url, init)) as typeof globalThis.fetch;
  now = (): number => this.clock.at;
  random = (): number => this.chance;
  after = (ms: number, action: () => void): (() => void) => this.clock.after(ms, action);

  onOnline(action: () => void): () => void {
    this.#onlineListeners.push(action);
    return () => (this.#onlineListeners = this.#onlineListeners.filter((other) => other !== action));
  }

  get onlineListeners(): number {
    return this.#onlineListeners.length;
  }

  comeOnline(): void {
    for (const listener of this.#onlineListeners) listener();
  }

  /** The newest connection. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nothing was connected');
    return socket;
  }
}
