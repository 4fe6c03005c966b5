import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { formatChangeId } from '../../../protocol/live/change-id.js';
import type { LiveFilter } from '../../../protocol/live/client-message.js';
import type { ServerMessage } from '../../../protocol/live/server-message.js';
import type { Random } from '../../../helpers/seeded-random.js';
import { FoldedState } from './folded-state.js';

const RECONNECT_WITHIN_MS = 150;

/** One filter of a subscriber, and what it knows of it. */
export interface Subscription {
  readonly id: string;
  readonly filter: LiveFilter;
  readonly state: FoldedState;
  /** Reasons of its RESYNCs. */
  readonly resyncs: string[];
  /** Times it was told the newest only. */
  lagged: number;
}

/**
 * A client of `/live` by the protocol alone, as light as can be: it folds what it hears, comes back whenever its socket has
 * ended, and goes on where it was.
 */
export class Subscriber {
  readonly subscriptions: readonly Subscription[];
  /** Sockets that it has had. */
  connections = 0;
  #socket: WebSocket | null = null;
  #asleep: { readonly promise: Promise<void>; readonly wake: () => void } | null = null;

  constructor(
    private readonly url: string,
    filters: readonly LiveFilter[],
    private readonly random: Random,
  ) {
    this.subscriptions = filters.map((filter, index) => ({
      id: `s${index}`,
      filter,
      state: new FoldedState(),
      resyncs: [],
      lagged: 0,
    }));
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.#asleep?.wake();
      this.#socket?.terminate();
    };
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      await this.#asleep?.promise;
      await this.#live();
      await delay(this.random() * RECONNECT_WITHIN_MS);
    }
    signal.removeEventListener('abort', stop);
  }

  /** As when the network goes: no goodbye. It comes back by itself. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Cut, and doesn't come back before {@link wake}. */
  sleep(): void {
    let wake = (): void => undefined;
    const promise = new Promise<void>((resolve) => (wake = resolve));
    this.#asleep ??= { promise, wake };
    this.cut();
  }

  wake(): void {
    this.#asleep?.wake();
    this.#asleep = null;
  }

  /** One socket from its opening to its end. */
  async #live(): Promise<void> {
    const socket = new WebSocket(this.url, { perMessageDeflate: false, handshakeTimeout: 5_000 });
    this.#socket = socket;
    await new Promise<void>((resolve) => {
      socket.on('open', () => {
        this.connections += 1;
        for (const subscription of this.subscriptions) this.#subscribe(socket, subscription);
      });
      socket.on('message', (data: Buffer) => {
        for (const message of JSON.parse(data.toString()) as ServerMessage[]) {
          // What was on its way when the socket was cut is not of this life.
          if (socket.readyState !== WebSocket.OPEN) return;
          this.#hear(message);
        }
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    for (const { state } of this.subscriptions) state.interrupted();
  }

  #subscribe(socket: WebSocket, { id, filter, state }: Subscription): void {
    const { cursor } = state;
    const after = cursor === null ? {} : { changeId: formatChangeId(cursor) };
    socket.send(JSON.stringify({ type: 'SUBSCRIBE', id, filter, ...after }));
  }

  #hear(message: ServerMessage): void {
    const subscription = this.subscriptions.find(({ id }) => id === message.id);
    if (subscription === undefined) throw new Error(`heard ${JSON.stringify(message)}`);
    const { state } = subscription;
    switch (message.type) {
      case 'INITIAL_DATA':
        state.initialData(message);
        break;
      case 'INSERT':
      case 'UPDATE':
      case 'DELETE':
        state.change(message);
        break;
      case 'STATUS':
        if ('changeId' in message) state.passed(message.changeId);
        break;
      case 'RESYNC':
        subscription.resyncs.push(message.reason);
        state.forget();
        break;
      case 'LAGGING':
        // The newest only is not enough here: again, from what was last heard.
        subscription.lagged += 1;
        this.cut();
        break;
      case 'SESSION':
        throw new Error(`an open feed has no sessions, and told of one: ${JSON.stringify(message)}`);
      case 'ERROR':
        // Not now, as when the database is away; anything else is a fault of this test.
        if (message.error.code !== 'unavailable') throw new Error(`refused: ${JSON.stringify(message)}`);
        this.cut();
    }
  }
}
