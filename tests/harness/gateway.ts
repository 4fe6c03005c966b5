import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { WebSocket, type ClientOptions } from 'ws';
import { jsonIngestProtocol } from '../../protocol/json-ingest.js';
import { ocpp16Protocol } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { ocpp201Protocol } from '../../protocol/ocpp201/ocpp201-protocol.js';
import { Gateway, type GatewayParts } from '../../server/gateway/gateway.js';
import type { GatewayOptions } from '../../server/gateway/gateway-options.js';
import { ControlledLog } from './controlled-log.js';
import { GATEWAY_OPTIONS } from './gateway-options.js';

const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.UTC(2010, 0) };

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly log: ControlledLog;
  readonly registry: Registry;
  readonly port: number;
  readonly url: string;
  /** Sum of the values of a metric whose labels include those given. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
}

/** A gateway in this process on a free port, with a log the test controls; stopped when the test ends. */
export async function startGateway(
  options: Partial<GatewayOptions> = {},
  parts: Partial<GatewayParts> = {},
): Promise<GatewayUnderTest> {
  const log = new ControlledLog();
  const registry = new Registry();
  const gateway = new Gateway({
    log,
    protocols: {
      ocpp: [ocpp201Protocol({ limits: LIMITS }), ocpp16Protocol({ limits: LIMITS })],
      ingest: jsonIngestProtocol({ limits: LIMITS }),
    },
    options: { ...GATEWAY_OPTIONS, ...options },
    logger: pino({ level: 'silent' }),
    registry,
    ...parts,
  });
  const { port } = await gateway.start();
  onTestFinished(async () => {
    log.release('refuse');
    await gateway.stop();
  });
  const metric = async (name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> => {
    const found = await registry.getSingleMetric(name)?.get();
    return (found?.values ?? [])
      .filter((value) => Object.entries(labels).every(([key, label]) => value.labels[key] === label))
      .reduce((sum, { value }) => sum + value, 0);
  };
  return { gateway, log, registry, port, url: `ws://127.0.0.1:${port}`, metric };
}

/** A WebSocket client that keeps what it hears, so that no answer is missed between two awaits. */
export class TestClient {
  readonly received: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.received.push(data.toString('utf8')));
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Rejects with the HTTP status when the handshake is refused. */
  static async open(
    url: string,
    subprotocol?: string | string[],
    options: ClientOptions = {},
  ): Promise<TestClient> {
    const ws = new WebSocket(url, subprotocol, options);
    const client = new TestClient(ws);
    onTestFinished(() => ws.terminate());
    await new Promise<void>((opened, failed) => {
      ws.once('open', () => opened());
      ws.once('unexpected-response', (_request, response) => {
        failed(new Error(`HTTP ${response.statusCode ?? 0}`));
        response.destroy();
      });
      ws.once('error', failed);
    });
    return client;
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  json(): unknown[] {
    return this.received.map((text) => JSON.parse(text) as unknown);
  }
}

export function meterValues(value = '1.5'): object {
  return {
    connectorId: 1,
    meterValue: [{ timestamp: '2024-05-01T10:00:00Z', sampledValue: [{ value }] }],
  };
}

export function ingest(id: string, chargePointId = 'CP-1'): object {
  return { id, chargePointId, payload: meterValues() };
}

/** A raw TCP connection that keeps what it hears. */
export class RawClient {
  received = '';
  readonly closed: Promise<void>;

  constructor(
    port: number,
    readonly socket: Socket = connect(port, '127.0.0.1'),
  ) {
    socket.on('data', (data) => (this.received += data.toString('latin1')));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    onTestFinished(() => void socket.destroy());
  }

  /** The request head as it goes over the wire; `\r\n` between the lines and after them. */
  request(...lines: string[]): this {
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return this;
  }

  upgrade(path: string, ...more: string[]): this {
    return this.request(
      `GET ${path} HTTP/1.1`,
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...(more.some((line) => line.startsWith('Sec-WebSocket-Version')) ? [] : ['Sec-WebSocket-Version: 13']),
      ...more,
    );
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.received)?.[1] ?? 0);
  }
}
