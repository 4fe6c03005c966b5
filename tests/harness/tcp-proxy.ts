import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that can be told to misbehave. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that were reset on purpose after a request. */
  readonly resets: number;
  /**
   * The next `times` (default 1) requests with this Kafka api key (0: produce) reach the broker, and the client's
   * connection is reset before it hears the answer.
   */
  resetAfterRequest(apiKey: number, times?: number): void;
  /** Connections that fell silent on purpose after a request. */
  readonly silences: number;
  /** The next request with this Kafka api key (1: fetch) reaches the broker; its connection stays open and answers no more. */
  silenceAfterRequest(apiKey: number): void;
  /** Resets all connections. */
  drop(): void;
  /** Holds all bytes back, in both directions; new connections are taken and hang. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** What becomes of a connection after a request. */
type Fault = 'reset' | 'silence';

/** A Kafka request is: int32 length, int16 api key, int16 version, ... */
const KAFKA_HEADER_BYTES = 6;

export async function startTcpProxy(options: { targetPort: number; targetHost?: string }): Promise<TcpProxy> {
  const links = new Set<Link>();
  let paused = false;
  let armed: { apiKey: number; times: number; fault: Fault } | undefined;
  const faults = { reset: 0, silence: 0 };

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({
      port: options.targetPort,
      host: options.targetHost ?? '127.0.0.1',
      noDelay: true,
    });
    const link = new Link(client, upstream, (apiKey) => {
      if (armed?.apiKey !== apiKey || armed.times === 0) return undefined;
      armed.times -= 1;
      faults[armed.fault] += 1;
      return armed.fault;
    });
    links.add(link);
    client.once('close', () => links.delete(link));
    if (paused) link.pause();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    get resets() {
      return faults.reset;
    },
    resetAfterRequest(apiKey, times = 1) {
      armed = { apiKey, times, fault: 'reset' };
    },
    get silences() {
      return faults.silence;
    },
    silenceAfterRequest(apiKey) {
      armed = { apiKey, times: 1, fault: 'silence' };
    },
    drop: () => links.forEach((link) => link.reset()),
    pause() {
      paused = true;
      links.forEach((link) => link.pause());
    },
    resume() {
      paused = false;
      links.forEach((link) => link.resume());
    },
    async close() {
      links.forEach((link) => link.reset());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One client connection and its way on to the target. */
class Link {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #faultAfter: (apiKey: number) => Fault | undefined;
  /** Bytes of the request under way that are still to come. */
  #remaining = 0;
  #header = Buffer.alloc(0);
  #faultAtRequestEnd: Fault | undefined;
  #fault: Fault | undefined;

  constructor(client: Socket, upstream: Socket, faultAfter: (apiKey: number) => Fault | undefined) {
    this.#client = client;
    this.#upstream = upstream;
    this.#faultAfter = faultAfter;
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => this.reset());
    client.on('close', () => {
      if (this.#fault !== 'reset') upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
    client.on('data', (chunk) => {
      this.#follow(chunk);
      if (!upstream.write(chunk)) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
    });
    upstream.on('data', (chunk) => {
      if (this.#fault === 'silence') return;
      if (this.#fault === 'reset') {
        // The broker has answered, so it has carried out the request: now the client may lose its connection.
        client.resetAndDestroy();
        upstream.destroy();
        return;
      }
      if (!client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#upstream.destroy();
  }

  pause(): void {
    this.#client.pause();
    this.#upstream.pause();
  }

  resume(): void {
    this.#client.resume();
    this.#upstream.resume();
  }

  /** Follows the request boundaries, to know which kind each request is and where it ends. */
  #follow(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#remaining > 0) {
        const taken = Math.min(this.#remaining, rest.length);
        this.#remaining -= taken;
        rest = rest.subarray(taken);
      } else {
        const needed = KAFKA_HEADER_BYTES - this.#header.length;
        this.#header = Buffer.concat([this.#header, rest.subarray(0, needed)]);
        rest = rest.subarray(needed);
        if (this.#header.length < KAFKA_HEADER_BYTES) return;
        this.#remaining = this.#header.readInt32BE(0) - 2;
        this.#faultAtRequestEnd = this.#faultAfter(this.#header.readInt16BE(4));
        this.#header = Buffer.alloc(0);
      }
      if (this.#remaining === 0) this.#fault ??= this.#faultAtRequestEnd;
    }
  }
}
