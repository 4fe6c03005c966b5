import type { AddressInfo } from 'node:net';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { liveReading } from './live-data.js';
import { initial, inserted, live } from './live-messages.js';

/** A server that speaks `/live` and `/ingest` as far as an example needs: what is pushed to it comes back as a change. */
export class LiveStub {
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #subscribers = new Map<string, WebSocket>();
  #position = 5;

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
    const { type, id, changeId, snapshot } = message as Record<string, unknown> & { readonly id: string };
    if (type !== 'SUBSCRIBE') return;
    this.#subscribers.set(id, socket);
    const now = String(this.#position);
    const begin = changeId === undefined && snapshot === true ? [initial(id, now)] : [];
    socket.send(JSON.stringify([...begin, live(id, now)]));
  };

  readonly #hearSender = (socket: WebSocket, frame: unknown): void => {
    const messages = frame as readonly { id: string; chargePointId: string; payload: Payload }[];
    socket.send(JSON.stringify(messages.map(({ id }) => ({ id, status: 'accepted' }))));
    for (const { chargePointId, payload } of messages) {
      const [{ timestamp, sampledValue }] = payload.meterValue;
      const reading = liveReading({ chargePointId, timestamp, value: Number(sampledValue[0].value) * 1_000 });
      const changeId = `${++this.#position}.0`;
      for (const [id, subscriber] of this.#subscribers)
        subscriber.send(JSON.stringify([inserted(id, changeId, reading)]));
    }
  };
}

interface Payload {
  readonly meterValue: readonly [
    { readonly timestamp: string; readonly sampledValue: readonly [{ readonly value: string }] },
  ];
}
