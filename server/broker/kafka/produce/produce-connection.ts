import { connect, type Socket } from 'node:net';
import type { BrokerAddress } from './leadership.js';
import { encodeProduceRequest, type ProduceRequest } from './produce-request.js';
import { decodeProduceAnswer } from './produce-answer.js';

/** The connection ended before the broker's answer: the records may or may not be written. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly retriable = true;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 60_000;
/** A longer answer is none: one of ten thousand partitions has 400,000 bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_CORRELATION_ID = 0x7fffffff;

/** One connection to one broker, for produce requests alone; any number of them are under way at once. It is not opened again. */
export class ProduceConnection {
  private readonly socket: Socket;
  private readonly waiting = new Map<number, Waiting>();
  private correlationId = 0;
  private received: Buffer = Buffer.alloc(0);
  private failure: Error | undefined;

  constructor(private readonly address: BrokerAddress) {
    const { host, port } = address;
    this.socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    const connecting = setTimeout(
      () => this.fail('the broker could not be reached in time'),
      CONNECT_TIMEOUT_MS,
    );
    this.socket.once('connect', () => clearTimeout(connecting));
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('error', (error) => this.fail(error.message));
    this.socket.on('close', () => {
      clearTimeout(connecting);
      this.fail('the broker closed the connection');
    });
  }

  get isUsable(): boolean {
    return this.failure === undefined;
  }

  /** Resolves when the broker has all of it durably. Rejects with a BrokerError or {@link ConnectionLostError}. */
  send(request: ProduceRequest): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const correlationId = this.correlationId;
    this.correlationId = correlationId === MAX_CORRELATION_ID ? 0 : correlationId + 1;
    const bytes = encodeProduceRequest(request, correlationId);
    return new Promise((resolve, reject) => {
      this.waiting.set(correlationId, { resolve, reject });
      this.socket.write(bytes);
    });
  }

  /** Whoever waits for an answer is told that the connection ended. */
  close(): void {
    this.fail('the connection was given up');
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    try {
      while (this.received.length >= 4) {
        const length = this.received.readInt32BE(0);
        if (length < 4 || length > MAX_ANSWER_BYTES) throw new RangeError(`an answer of ${length} bytes`);
        if (this.received.length < 4 + length) return;
        const answer = this.received.subarray(4, 4 + length);
        this.received = this.received.subarray(4 + length);
        this.settle(answer);
      }
    } catch (error) {
      this.fail(`the broker's answer can't be read: ${String(error)}`);
    }
  }

  private settle(answer: Buffer): void {
    const { correlationId, error } = decodeProduceAnswer(answer);
    const waiting = this.waiting.get(correlationId);
    if (waiting === undefined) throw new RangeError(`an answer to request ${correlationId}`);
    this.waiting.delete(correlationId);
    if (error === undefined) waiting.resolve();
    else waiting.reject(error);
  }

  private fail(why: string): void {
    if (this.failure !== undefined) return;
    const { host, port } = this.address;
    this.failure = new ConnectionLostError(`${host}:${port}: ${why}`);
    this.socket.destroy();
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
