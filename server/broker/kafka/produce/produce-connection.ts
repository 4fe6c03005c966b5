import type { Socket } from 'node:net';
import { authenticateSocket } from '../security/authenticate-socket.js';
import type { KafkaSasl, KafkaSecurity } from '../security/kafka-security.js';
import { openSocket } from '../security/open-socket.js';
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

/** To be connected, encrypted and let in. */
const CONNECT_TIMEOUT_MS = 3_000;
const SECURE_CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** A longer answer is none: one of ten thousand partitions has 400,000 bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_CORRELATION_ID = 0x7fffffff;
/** Of the time that a broker gives an authentication, the part after which another connection takes over. */
const LIFETIME_SHARE = 0.8;
/** Node.js' timers go no further. */
const MAX_TIMER_MS = 0x7fffffff;

/** One connection to one broker, for produce requests alone; any number of them are under way at once. It is not opened again. */
export class ProduceConnection {
  private readonly socket: Socket;
  private readonly waiting = new Map<number, Waiting>();
  /** Requests that go when the broker has let this client in; null: they go at once. */
  private held: Buffer[] | null = null;
  private correlationId = 0;
  private received: Buffer = Buffer.alloc(0);
  private failure: Error | undefined;
  private retired = false;
  /** Runs where the broker lets an authentication live for a time only. */
  private lifetime: NodeJS.Timeout | undefined;

  constructor(
    private readonly address: BrokerAddress,
    private readonly clientId = '',
    security: KafkaSecurity = {},
  ) {
    const { host, port } = address;
    const { socket, ready } = openSocket(
      { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      security.tls,
    );
    this.socket = socket;
    const isPlain = security.tls === undefined && security.sasl === undefined;
    const connecting = setTimeout(
      () => this.fail('the broker could not be reached in time'),
      isPlain ? CONNECT_TIMEOUT_MS : SECURE_CONNECT_TIMEOUT_MS,
    );
    const connected = (): void => clearTimeout(connecting);
    if (security.sasl === undefined) {
      socket.once(ready, connected);
      socket.on('data', (chunk: Buffer) => this.receive(chunk));
    } else {
      this.held = [];
      const { sasl } = security;
      socket.once(ready, () => void this.authenticate(sasl).then(connected));
    }
    socket.on('error', (error) => this.fail(error.message, error));
    socket.on('close', () => {
      clearTimeout(connecting);
      this.fail('the broker closed the connection');
    });
  }

  get isUsable(): boolean {
    return this.failure === undefined && !this.retired;
  }

  get isOver(): boolean {
    return this.failure !== undefined;
  }

  /** Resolves when the broker has all of it durably. Rejects with a BrokerError or {@link ConnectionLostError}. */
  send(request: ProduceRequest): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const correlationId = this.correlationId;
    this.correlationId = correlationId === MAX_CORRELATION_ID ? 0 : correlationId + 1;
    const bytes = encodeProduceRequest(request, correlationId);
    return new Promise((resolve, reject) => {
      this.waiting.set(correlationId, { resolve, reject });
      if (this.held === null) this.socket.write(bytes);
      else this.held.push(bytes);
    });
  }

  /** Whoever waits for an answer is told that the connection ended. */
  close(): void {
    this.fail('the connection was given up');
  }

  /** Never rejects: what fails ends the connection. */
  private async authenticate(sasl: KafkaSasl): Promise<void> {
    try {
      const lifetimeMs = await authenticateSocket(this.socket, this.clientId, sasl);
      if (this.failure !== undefined) return;
      if (lifetimeMs > 0) {
        const retire = (): void => this.retire();
        this.lifetime = setTimeout(retire, Math.min(lifetimeMs * LIFETIME_SHARE, MAX_TIMER_MS)).unref();
      }
      this.socket.on('data', (chunk: Buffer) => this.receive(chunk));
      for (const bytes of this.held ?? []) this.socket.write(bytes);
      this.held = null;
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error), error);
    }
  }

  /** Takes nothing more, and ends when all that was sent is answered. */
  private retire(): void {
    this.retired = true;
    if (this.waiting.size === 0) this.close();
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
      this.fail(`the broker's answer can't be read: ${String(error)}`, this.socket.errored ?? error);
    }
  }

  private settle(answer: Buffer): void {
    const { correlationId, error } = decodeProduceAnswer(answer);
    const waiting = this.waiting.get(correlationId);
    if (waiting === undefined) throw new RangeError(`an answer to request ${correlationId}`);
    this.waiting.delete(correlationId);
    if (error === undefined) waiting.resolve();
    else waiting.reject(error);
    if (this.retired && this.waiting.size === 0) this.close();
  }

  private fail(why: string, cause?: unknown): void {
    if (this.failure !== undefined) return;
    const { host, port } = this.address;
    this.failure = new ConnectionLostError(
      `${host}:${port}: ${why}`,
      cause === undefined ? undefined : { cause },
    );
    clearTimeout(this.lifetime);
    this.socket.destroy();
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
