import type { ErrorMessage } from '../../protocol/live/server-message.js';
import type { BackoffLimits } from '../../helpers/backoff.js';
import type { Credentials } from './credentials.js';
import { isChangeId, isSeen } from './change-order.js';
import type { Emitter } from './emitter.js';
import type { ClientEvents } from './live-events.js';
import { asLiveError, LIVE_ERRORS, LiveError, type LiveErrorCode } from './live-error.js';
import type { LastClose, LiveState, LiveStatus } from './live-status.js';
import { OpenSubscription, type SubscriptionHost } from './open-subscription.js';
import type { Platform } from './platform.js';
import type { SocketClass } from './socket-like.js';
import { readFrame, readMessage } from './read-message.js';
import { ReconnectingSocket } from './reconnecting-socket.js';
import { SessionRenewal } from './session-renewal.js';
import type { SubscribeOptions } from './subscription.js';

export interface LiveConnectionOptions {
  readonly url: string;
  readonly credentials: Credentials;
  readonly webSocket: SocketClass;
  readonly platform: Platform;
  readonly backoff: BackoffLimits;
  readonly events: Emitter<ClientEvents>;
  /** The state, or the number of attempts, is another one. */
  readonly onState: () => void;
}

/** After so long without a frame the server is asked for one; a page can't ping. */
const SILENCE_MS = 30_000;
/** And has so long to send it. */
const PROBE_MS = 10_000;
/** No subscription has this id, and the server says so. */
const PROBE = '{"type":"UNSUBSCRIBE","id":"probe"}';

/** The socket to `/live` and the subscriptions that share it. */
export class LiveConnection implements SubscriptionHost {
  readonly events: Emitter<ClientEvents>;
  readonly #platform: Platform;
  readonly #socket: ReconnectingSocket;
  readonly #onState: () => void;
  readonly #renewal: SessionRenewal;
  readonly #subscriptions = new Map<string, OpenSubscription>();
  #state: LiveState = 'idle';
  #since: number;
  #lastClose: LastClose | null = null;
  #lastId = 0;
  #heardAt = 0;
  #isProbing = false;
  #cancelWatch: (() => void) | null = null;
  #stopListening: (() => void) | null = null;
  #waiters: (() => boolean)[] = [];

  constructor({ events, platform, backoff, credentials, onState, ...socket }: LiveConnectionOptions) {
    this.events = events;
    this.#platform = platform;
    this.#onState = onState;
    this.#since = platform.now();
    this.#socket = new ReconnectingSocket({
      ...socket,
      platform,
      backoff,
      protocols: () => credentials.protocols(),
      onFault: (error) => this.#fault(error),
      onOpen: () => this.#opened(),
      onText: (data) => this.#heard(data),
      onDown: (close) => this.#down(close),
    });
    this.#renewal = new SessionRenewal({
      platform,
      secret: () => credentials.secret(),
      send: (text) => this.#socket.send(text),
      onError: (error) => this.#fault(error),
    });
  }

  #fault(error: unknown): void {
    this.events.emit('error', asLiveError(error));
  }

  now(): number {
    return this.#platform.now();
  }

  /** Resolves when `isReached` is true, asked at each change of a state; or when it is closed. */
  async connect(isReached: () => boolean): Promise<void> {
    if (this.#state === 'idle') {
      this.#become('connecting');
      this.#stopListening = this.#platform.onOnline(() => this.#online());
      this.#socket.start();
    }
    await new Promise<void>((resolve) => {
      this.#waiters.push(() => {
        const isDone = this.#state === 'closed' || isReached();
        if (isDone) resolve();
        return isDone;
      });
      this.onStatus();
    });
  }

  get state(): LiveState {
    return this.#state;
  }

  subscribe(options: SubscribeOptions<boolean>): OpenSubscription {
    if (this.#state === 'closed') throw new LiveError('closed', 'the client is closed');
    if (options.changeId !== undefined && !isChangeId(options.changeId))
      throw new LiveError('invalid-options', `changeId: ${String(options.changeId)} is none`);
    const subscription = new OpenSubscription(`s${++this.#lastId}`, options, this);
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#socket.isOpen) this.#ask(subscription);
    return subscription;
  }

  subscriptions(): readonly OpenSubscription[] {
    return [...this.#subscriptions.values()];
  }

  status(): Omit<LiveStatus, 'pushes'> {
    const { attempts, nextAttemptAt } = this.#socket;
    const subscriptions = this.subscriptions().map((each) => each.getStatus());
    return {
      state: this.#state,
      since: new Date(this.#since),
      attempts,
      nextAttemptAt: nextAttemptAt === null ? null : new Date(nextAttemptAt),
      lastClose: this.#lastClose,
      lastChangeId: subscriptions.reduce<string | null>(
        (last, { changeId }) =>
          changeId === null || (last !== null && isSeen(changeId, last)) ? last : changeId,
        null,
      ),
      subscriptions,
    };
  }

  /** The client says by `status` that it is closed, when all of it is. */
  close(): void {
    for (const subscription of this.subscriptions()) subscription.unsubscribe();
    this.#state = 'closed';
    this.#since = this.now();
    this.#stopListening?.();
    this.#endWatch();
    this.#renewal.stop();
    this.#socket.stop('the client is closed');
    this.onStatus();
  }

  onStatus(): void {
    this.#waiters = this.#waiters.filter((isDone) => !isDone());
  }

  onEnd({ id }: OpenSubscription): void {
    this.#subscriptions.delete(id);
    if (this.#socket.isOpen) this.#socket.send(JSON.stringify({ type: 'UNSUBSCRIBE', id }));
  }

  #opened(): void {
    this.#heardAt = this.now();
    this.#watch(SILENCE_MS);
    for (const subscription of this.subscriptions()) this.#ask(subscription);
    this.#become('live');
  }

  #ask(subscription: OpenSubscription): void {
    if (subscription.state === 'refused') return;
    this.#socket.send(subscription.request());
    subscription.asked();
  }

  #down(close: LastClose): boolean {
    this.#lastClose = close;
    this.#endWatch();
    this.#renewal.stop();
    for (const subscription of this.subscriptions()) subscription.waits();
    // Told at each failure: the number of attempts is another.
    this.#become('reconnecting');
    return this.#state === 'reconnecting';
  }

  #heard(data: unknown): void {
    this.#heardAt = this.now();
    this.#isProbing = false;
    const frame = readFrame(data);
    const touched = new Set<OpenSubscription>();
    const isRight = frame?.every((message) => this.#take(message, touched)) ?? false;
    for (const subscription of touched) subscription.flush();
    if (isRight || !this.#socket.isOpen) return;
    const error = new LiveError('malformed-frame', '/live sent what it may not');
    this.events.emit('error', error);
    // What came before it was heard; the rest comes again by the next connection.
    this.#socket.replace('malformed frame');
  }

  /** False: there is no going on with this connection. */
  #take(from: unknown, touched: Set<OpenSubscription>): boolean {
    const message = readMessage(from);
    if (message === 'unknown') return true;
    if (message === null) return false;
    if (message.type === 'SESSION') {
      this.#renewal.plan(message);
      return true;
    }
    const subscription = message.id === null ? undefined : this.#subscriptions.get(message.id);
    if (message.type === 'ERROR') {
      if (subscription !== undefined) subscription.fail(errorOf(message));
      else if (message.id === null) this.events.emit('error', errorOf(message));
      return true;
    }
    // Unsubscribed while it was on its way.
    if (subscription === undefined) return true;
    touched.add(subscription);
    return subscription.take(message);
  }

  /** The network was away: a connection that stood through it may be dead without knowing. */
  #online(): void {
    if (this.#socket.isOpen) this.#probe();
    else this.#socket.hurry();
  }

  #watch(ms: number): void {
    this.#cancelWatch = this.#platform.after(ms, () => {
      const silentMs = this.now() - this.#heardAt;
      if (silentMs >= SILENCE_MS) this.#probe();
      else this.#watch(SILENCE_MS - silentMs);
    });
  }

  #probe(): void {
    this.#cancelWatch?.();
    this.#isProbing = true;
    this.#socket.send(PROBE);
    this.#cancelWatch = this.#platform.after(PROBE_MS, () => {
      if (this.#isProbing) this.#socket.replace('silent');
      else this.#watch(SILENCE_MS);
    });
  }

  #endWatch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
  }

  #become(state: LiveState): void {
    if (this.#state !== state) this.#since = this.now();
    this.#state = state;
    this.#onState();
    this.onStatus();
  }
}

function errorOf({ id, error }: ErrorMessage): LiveError {
  const { code, message, path } = error;
  // A newer server may know more of them.
  const isKnown = Object.hasOwn(LIVE_ERRORS, code);
  const known = isKnown ? (code as LiveErrorCode) : 'refused';
  return new LiveError(known, message, { id: id ?? undefined, path });
}
