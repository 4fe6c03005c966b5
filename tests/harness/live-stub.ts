import type { AddressInfo } from 'node:net';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { LiveReading } from '../../protocol/live/change.js';
import { liveReading } from './live-data.js';
import { initial, inserted, live } from './live-messages.js';

/** Where the feed begins. */
const BEGIN = 5;

/**
 * A server that speaks `/live` and `/ingest` as far as an example needs: what is pushed to it comes back as a change,
 * to a subscription that was away meanwhile when it resumes.
 */
export class LiveStub {
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #subscribers = new Map<string, WebSocket>();
  readonly #changes: LiveReading[] = [];

  static async open(): Promise<LiveStub> {
    const stub = new LiveStub();
    await new Promise((resolve) => stub.#server.once('listening', resolve));
    return stub;
  }

  private constructor() {
    this.#server.on('connection', (socket, request) => {
      const hear = request.url === '/live' ? this.#hearSubscriber : this.#hearSender;
      socket.on('message', (data: RawData) => hear(socket, JSON.parse((data as Buffer).toString())));
    });
  }

  url(path: '/live' | '/ingest'): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** All connections are cut off. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  readonly #hearSubscriber = (socket: WebSocket, message: unknown): void => {
    const { type, id, changeId, snapshot } = message as Subscribe;
    if (type !== 'SUBSCRIBE') return;
    this.#subscribers.set(id, socket);
    const now = String(BEGIN + this.#changes.length);
    if (changeId === undefined) {
      socket.send(
        JSON.stringify([...(snapshot === true ? [initial(id, now, this.#items())] : []), live(id, now)]),
      );
      return;
    }
    const missed = this.#changes.map((reading, index) => this.#inserted(id, reading, index));
    const [seen = 0] = changeId.split('.').map(Number);
    socket.send(JSON.stringify([...missed.slice(seen - BEGIN), live(id, now)]));
  };

  readonly #hearSender = (socket: WebSocket, frame: unknown): void => {
    const messages = frame as readonly { id: string; chargePointId: string; payload: Payload }[];
    socket.send(JSON.stringify(messages.map(({ id }) => ({ id, status: 'accepted' }))));
    for (const { chargePointId, payload } of messages) {
      const [{ timestamp, sampledValue }] = payload.meterValue;
      const reading = liveReading({ chargePointId, timestamp, value: Number(sampledValue[0].value) * 1_000 });
      const index = this.#changes.push(reading) - 1;
      for (const [id, subscriber] of this.#subscribers)
        subscriber.send(JSON.stringify([this.#inserted(id, reading, index)]));
    }
  };

  #items(): object[] {
    return this.#changes.map((reading) => ({ kind: 'reading', ...reading }));
  }

  #inserted(id: string, reading: LiveReading, index: number): ReturnType<typeof inserted> {
    return inserted(id, `${BEGIN + index + 1}.0`, reading);
  }
}

interface Subscribe {
  readonly type: string;
  readonly id: string;
  readonly changeId?: string;
  readonly snapshot?: boolean;
}

interface Payload {
  readonly meterValue: readonly [
    { readonly timestamp: string; readonly sampledValue: readonly [{ readonly value: string }] },
  ];
}
