import type { BackoffLimits } from '../../../helpers/backoff.js';
import type { Random } from '../../../helpers/seeded-random.js';
import { Connection, type OpenSocket } from '../../transport/connection.js';
import { Turnstile } from '../../transport/turnstile.js';
import type { Clock } from './clock.js';

/** Before the first answer; then shorter spans don't wear a server down. */
const BACKOFF: BackoffLimits = { baseMs: 500, capMs: 30_000 };
/** Another client has connected in the name of the same charge point. */
export const REPLACED_CODE = 4001;
/** What a proper goodbye may take. */
const CLOSE_TIMEOUT_MS = 1_000;

export type LinkState =
  /** Nobody wants a connection. */
  | 'offline'
  | 'connecting'
  | 'online'
  /** Lost or failed: the next attempt comes by itself. */
  | 'waiting'
  /** The server will not have it. */
  | 'refused';

export interface LinkEvents {
  onOnline(socket: OpenSocket, ms: number): void;
  onText(text: string): void;
  /** The socket is gone; `wanted`: as asked for. */
  onClosed(code: number, reason: string, wanted: boolean): void;
  onFailed(cause: Error, waitMs: number): void;
  onRefused(status: number, detail: string): void;
  onChanged(): void;
}

export interface LinkParts {
  readonly subprotocol: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** One wish to be connected, from connect to drop. */
interface Visit {
  readonly connection: Connection;
  readonly stop: AbortController;
  socket: OpenSocket | null;
}

/** Keeps a socket open as long as it is wanted. */
export class Link {
  #state: LinkState = 'offline';
  #visit: Visit | null = null;
  readonly #waiters = new Set<(online: boolean) => void>();

  constructor(
    private readonly parts: LinkParts,
    private readonly events: LinkEvents,
  ) {}

  get state(): LinkState {
    return this.#state;
  }

  /** Connects at once, also where the next attempt would come later. */
  connect(url: string): void {
    if (this.#visit !== null) this.#leave('cut');
    const { subprotocol, random } = this.parts;
    const connection = new Connection({
      url,
      subprotocol,
      backoff: BACKOFF,
      random,
      handshakes: new Turnstile(1),
      onContact: () => undefined,
      onFailure: (cause, waitMs) => {
        this.#become('waiting');
        this.events.onFailed(cause, waitMs);
      },
    });
    const visit: Visit = { connection, stop: new AbortController(), socket: null };
    this.#visit = visit;
    this.#become('connecting');
    void this.#stay(visit);
  }

  /** Cuts the socket, or closes it with a goodbye, and stays away. */
  leave(how: 'cut' | 'goodbye'): void {
    this.#leave(how);
    this.#become('offline');
    this.#tell(false);
  }

  /** Ends a socket on which the server says nothing; the next one opens by itself. */
  replace(): void {
    this.#visit?.socket?.terminate();
  }

  /** Answers came: the next loss begins with a short wait. */
  proven(): void {
    this.#visit?.connection.proven();
  }

  /** true once there is a connection; false when it is refused, or nobody wants it any more. */
  whenOnline(): Promise<boolean> {
    if (this.#state === 'online') return Promise.resolve(true);
    if (this.#state === 'offline' || this.#state === 'refused') return Promise.resolve(false);
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  #leave(how: 'cut' | 'goodbye'): void {
    const visit = this.#visit;
    if (visit === null) return;
    this.#visit = null;
    visit.stop.abort();
    const { socket } = visit;
    if (socket === null) return;
    visit.socket = null;
    if (how === 'cut') socket.terminate();
    else {
      socket.close();
      this.parts.clock.after(CLOSE_TIMEOUT_MS, () => socket.terminate());
    }
    this.events.onClosed(how === 'cut' ? 1006 : 1000, '', true);
  }

  async #stay(visit: Visit): Promise<void> {
    const { clock } = this.parts;
    const isCurrent = (): boolean => this.#visit === visit;
    while (isCurrent()) {
      const since = clock.elapsed();
      let close: (code: number) => void = () => undefined;
      // A server may speak before we know that the socket is open.
      const early: string[] = [];
      const closed = new Promise<number>((resolve) => (close = resolve));
      const opened = await visit.connection.open(
        {
          onText: (text) => {
            if (visit.socket === null) early.push(text);
            else if (isCurrent()) this.events.onText(text);
          },
          onClose: (code, reason) => {
            if (isCurrent()) this.#lost(visit, code, reason);
            close(code);
          },
        },
        visit.stop.signal,
      );
      if (!isCurrent()) {
        if (opened.kind === 'open') opened.socket.terminate();
        return;
      }
      if (opened.kind === 'aborted') return;
      if (opened.kind === 'refused') {
        this.#visit = null;
        this.#become('refused');
        this.events.onRefused(opened.status, opened.detail);
        this.#tell(false);
        return;
      }
      visit.socket = opened.socket;
      this.#become('online');
      this.events.onOnline(opened.socket, clock.elapsed() - since);
      this.#tell(true);
      for (const text of early) this.events.onText(text);
      await closed;
    }
  }

  #lost(visit: Visit, code: number, reason: string): void {
    visit.socket = null;
    // Two clients that take the place from each other would do so for ever.
    if (code === REPLACED_CODE) this.#visit = null;
    this.#become(code === REPLACED_CODE ? 'offline' : 'waiting');
    this.events.onClosed(code, reason, false);
    if (code === REPLACED_CODE) this.#tell(false);
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.events.onChanged();
  }

  #tell(online: boolean): void {
    for (const waiter of this.#waiters) waiter(online);
    this.#waiters.clear();
  }
}
