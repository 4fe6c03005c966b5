import type { SecureContext } from 'node:tls';
import type { BackoffLimits } from '../../helpers/backoff.js';
import type { Random } from '../../helpers/seeded-random.js';
import { Connection, type ConnectionOptions, type OpenSocket } from '../transport/connection.js';
import { Turnstile } from '../transport/turnstile.js';
import type { Clock } from './clock.js';

/** Before the first answer; then shorter spans don't wear a server down. */
export const BACKOFF: BackoffLimits = { baseMs: 500, capMs: 30_000 };
/** The server restarts: all its clients come back, which they shouldn't in one moment. */
const RESTART_CODE = 1012;
const RESTART_PAUSE_MS = 5_000;
/** Another client has connected in the name of the same charge point. */
const REPLACED_CODE = 4001;
/** Closed since nothing was said on it: there is no need of a socket until there is something to say. */
const IDLE_CODE = 4002;
/** What a proper goodbye may take. */
const CLOSE_TIMEOUT_MS = 1_000;

export type LinkState =
  /** Nobody wants a connection. */
  | 'offline'
  | 'connecting'
  | 'online'
  /** Closed by the server for want of messages: the next one opens it. */
  | 'idle'
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
  /** What to do when another client takes the place: a person decides, a device comes back after a long wait. */
  readonly whenReplaced: 'stay away' | 'step back';
  readonly backoff?: BackoffLimits;
  /** Bounds the handshakes that are under way in all. */
  readonly handshakes?: Turnstile;
  readonly localAddress?: string | undefined;
  /** Default: as Node has it. */
  readonly secureContext?: SecureContext | undefined;
}

/** One wish to be connected, from connect to drop. */
interface Visit {
  readonly connection: Connection;
  readonly stop: AbortController;
  socket: OpenSocket | null;
  /** While it is idle: goes on. */
  wake: (() => void) | null;
  /** There was something to say before it came to rest. */
  isWanted: boolean;
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

  /**
   * Connects at once, also where the next attempt would come later.
   *
   * @param shows what each handshake and each frame shows.
   */
  connect(url: string, shows: Pick<ConnectionOptions, 'authorization' | 'signingSecret'> = {}): void {
    if (this.#visit !== null) this.#leave('cut');
    const {
      subprotocol,
      random,
      backoff = BACKOFF,
      handshakes = new Turnstile(1),
      localAddress,
      secureContext,
    } = this.parts;
    const connection = new Connection({
      url,
      subprotocol,
      ...shows,
      secureContext,
      localAddress,
      backoff,
      random,
      handshakes,
      onContact: () => undefined,
      onFailure: (cause, waitMs) => {
        this.#become('waiting');
        this.events.onFailed(cause, waitMs);
      },
    });
    const visit: Visit = {
      connection,
      stop: new AbortController(),
      socket: null,
      wake: null,
      isWanted: false,
    };
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

  /** There is something to say: an idle link connects again. */
  wake(): void {
    if (this.#visit === null || this.#state !== 'idle') return;
    this.#visit.isWanted = true;
    this.#visit.wake?.();
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
    visit.wake?.();
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
      const code = await closed;
      if (code === IDLE_CODE && isCurrent()) await this.#beIdle(visit);
    }
  }

  #beIdle(visit: Visit): Promise<void> {
    return new Promise((resolve) => {
      visit.wake = () => {
        visit.wake = null;
        visit.isWanted = false;
        if (this.#visit === visit) this.#become('waiting');
        resolve();
      };
      if (visit.isWanted) visit.wake();
    });
  }

  #lost(visit: Visit, code: number, reason: string): void {
    visit.socket = null;
    if (code === RESTART_CODE) visit.connection.pause(RESTART_PAUSE_MS);
    // Two clients that take the place from each other would do so for ever.
    if (code === REPLACED_CODE) visit.connection.stepBack();
    const staysAway = code === REPLACED_CODE && this.parts.whenReplaced === 'stay away';
    if (staysAway) this.#visit = null;
    this.#become(staysAway ? 'offline' : code === IDLE_CODE ? 'idle' : 'waiting');
    this.events.onClosed(code, reason, false);
    if (staysAway) this.#tell(false);
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
