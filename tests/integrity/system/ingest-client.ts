import { WebSocket } from 'ws';
import type { SentMessage } from '../oracle.js';
import { until } from '../until.js';

export interface Answer {
  readonly id: string;
  readonly status: 'accepted' | 'rejected' | 'retry';
  readonly retryAfterMs?: number;
}

/** A socket to `/ingest` that sends each message once and keeps the books: no resending, no reconnecting. */
export class IngestClient {
  readonly answers = new Map<string, Answer>();
  /** When the server closed the socket, by `performance.now()`; null while it is open. */
  closedAt: number | null = null;
  closeCode: number | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString('utf8')) as Answer;
      this.answers.set(answer.id, answer);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closedAt = performance.now();
      this.closeCode = code;
    });
  }

  static async connect(url: string): Promise<IngestClient> {
    const opened = await tryToConnect(url);
    if (opened.kind === 'refused') throw new Error(`refused with HTTP ${opened.status}`);
    return opened.client;
  }

  /** For {@link tryToConnect}. */
  static of(socket: WebSocket): IngestClient {
    return new IngestClient(socket);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send({ id, chargePointId, payload }: SentMessage): void {
    const frame = `{"id":${JSON.stringify(id)},"chargePointId":${JSON.stringify(chargePointId)},"payload":${payload}}`;
    this.#socket.send(frame, () => undefined);
  }

  async answerTo(message: SentMessage, timeoutMs?: number): Promise<Answer> {
    return until(`${message.id} is answered`, () => this.answers.get(message.id), timeoutMs);
  }

  close(): void {
    this.#socket.terminate();
  }
}

export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export type Opened = { readonly kind: 'open'; readonly client: IngestClient } | Refused;

export async function tryToConnect(url: string): Promise<Opened> {
  const socket = new WebSocket(`${url}/ingest`, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ kind: 'open', client: IngestClient.of(socket) }));
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve({
        kind: 'refused',
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
      });
    });
    socket.once('error', reject);
  });
}
