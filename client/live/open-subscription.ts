import type { ErrorMessage, ServerMessage, SessionMessage } from '../../protocol/live/server-message.js';
import { isSeen } from './change-order.js';
import { Emitter } from './emitter.js';
import type { ClientEvents, Handler, Off, SubscriptionEvent, SubscriptionEvents } from './live-events.js';
import type { LiveError } from './live-error.js';
import type { LiveFilter } from './live-filter.js';
import type { SubscriptionState, SubscriptionStatus } from './live-status.js';
import type { SubscribeOptions, Subscription } from './subscription.js';

/** What a subscription asks of the client that it belongs to. */
export interface SubscriptionHost {
  /** Handlers of the client hear of every subscription. */
  readonly events: Emitter<ClientEvents>;
  now(): number;
  onStatus(): void;
  onEnd(subscription: OpenSubscription): void;
}

type Told = Exclude<ServerMessage, ErrorMessage | SessionMessage>;
type TellingName = 'insert' | 'update' | 'delete' | 'initial' | 'resync' | 'lagging' | 'fleet';

const NAMES = {
  INSERT: 'insert',
  UPDATE: 'update',
  DELETE: 'delete',
  INITIAL_DATA: 'initial',
  RESYNC: 'resync',
  LAGGING: 'lagging',
  STATUS: 'fleet',
} as const satisfies Record<Told['type'], TellingName>;

/** A subscription as the client has it: what it has heard, and so where it goes on after a lost connection. */
export class OpenSubscription implements Subscription<boolean> {
  readonly filter: LiveFilter;
  readonly #events = new Emitter<SubscriptionEvents<boolean>>();
  readonly #wantsSnapshot: boolean;
  readonly #changedOnly: boolean;
  #state: SubscriptionState = 'waiting';
  #changeId: string | null;
  /** Some of the initial data was told, not all. */
  #hasPart = false;
  #batch: SubscriptionEvent<boolean>[] = [];

  constructor(
    readonly id: string,
    options: SubscribeOptions<boolean>,
    private readonly host: SubscriptionHost,
  ) {
    this.filter = options.filter ?? {};
    this.#wantsSnapshot = options.snapshot ?? true;
    this.#changedOnly = options.changedOnly ?? false;
    this.#changeId = options.changeId ?? null;
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  on<Name extends keyof SubscriptionEvents>(
    name: Name,
    handler: Handler<SubscriptionEvents<boolean>[Name]>,
  ): Off {
    return this.#events.on(name, handler);
  }

  getStatus(): SubscriptionStatus {
    return { id: this.id, state: this.#state, changeId: this.#changeId };
  }

  unsubscribe(): void {
    if (this.#state === 'ended') return;
    this.#become('ended');
    this.host.onEnd(this);
  }

  /** The text of the SUBSCRIBE: from the beginning, or after what was heard last. */
  request(): string {
    return JSON.stringify({
      type: 'SUBSCRIBE',
      id: this.id,
      filter: this.filter,
      changeId: this.#changeId ?? undefined,
      snapshot: this.#wantsSnapshot,
      changedOnly: this.#changedOnly,
    });
  }

  /** It was sent. */
  asked(): void {
    if (this.#changeId === null && this.#hasPart) {
      const timestamp = new Date(this.host.now()).toISOString();
      this.take({ type: 'RESYNC', id: this.id, reason: 'interrupted', timestamp });
      this.flush();
    }
    this.#become('starting');
  }

  /** Its connection is gone. */
  waits(): void {
    if (this.#state !== 'refused') this.#become('waiting');
  }

  /** Hears one message. False: it contradicts what came before, so that there is no going on with this connection. */
  take(message: Told): boolean {
    switch (message.type) {
      case 'INITIAL_DATA':
        // A server that begins anew says RESYNC first.
        if (this.#changeId !== null) return false;
        this.#hasPart = !message.isLast;
        if (message.isLast) this.#changeId = message.changeId;
        break;
      case 'RESYNC':
        this.#changeId = null;
        this.#hasPart = false;
        this.#become('starting');
        break;
      case 'STATUS':
        if ('kind' in message) break;
        this.#moveTo(message.changeId);
        // What came before it is told before it.
        this.flush();
        this.#become('live');
        return true;
      case 'LAGGING':
        break;
      default:
        if (this.#changeId === null && this.#wantsSnapshot) return false;
        if (!this.#moveTo(message.changeId)) return true;
    }
    this.#tell(NAMES[message.type], message);
    this.#batch.push(message);
    return true;
  }

  /** The frame is at its end. */
  flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    if (this.#state !== 'ended') this.#tell('batch', batch);
  }

  fail(error: LiveError): void {
    // Without a path it is an outage, in which the server goes on trying by itself.
    if (error.code !== 'unavailable' || error.path !== undefined) this.#become('refused');
    this.#tell('error', error);
  }

  /** False: it was seen already. */
  #moveTo(changeId: string): boolean {
    if (this.#changeId !== null && isSeen(changeId, this.#changeId)) return false;
    this.#changeId = changeId;
    return true;
  }

  #tell<Name extends Exclude<keyof SubscriptionEvents, 'status'>>(
    name: Name,
    event: SubscriptionEvents<boolean>[Name],
  ): void {
    this.#events.emit(name, event);
    // Theirs are the same, which TypeScript can't see through `Omit`.
    (this.host.events as Emitter<Omit<SubscriptionEvents<boolean>, 'status'>>).emit(name, event as never);
  }

  #become(state: SubscriptionState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#events.emit('status', this.getStatus());
    this.host.onStatus();
  }
}
