import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { WebSocketServer, type Server as WebSockets } from 'ws';
import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import type { MessageLog } from '../broker/message-log.js';
import { listen } from '../lifecycle/listen.js';
import {
  handshakeRefusal,
  refusal,
  route,
  unavailable,
  writeRefusal,
  type Destination,
  type Refusal,
} from './admission.js';
import { ByteBudget } from './byte-budget.js';
import { refusalOf, type ChargePointDirectory } from './charge-point-directory.js';
import { CLOSES } from './close-codes.js';
import { Connection, type Channel, type ConnectionServices } from './connection.js';
import { drainEvenly } from './drain.js';
import { FrameSampler } from './frame-sampler.js';
import { GatewaySocket } from './gateway-socket.js';
import { createHandshakeServer } from './handshake-server.js';
import { weighHeldBytes } from './held-bytes.js';
import { Liveness } from './liveness.js';
import { createGatewayMetrics, type GatewayMetrics } from './metrics.js';
import { MicroBatcher } from './micro-batcher.js';
import { Sockets } from './sockets.js';
import { within } from './within.js';

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** How long a message waits for others before it goes to the log, ms. */
  readonly lingerMs: number;
  readonly batchMaxMessages: number;
  readonly batchMaxBytes: number;
  /** A message that the log has not confirmed by then is answered with "retry", ms. */
  readonly publishTimeoutMs: number;
  /** A larger frame closes its socket with 1009, bytes. */
  readonly maxFrameBytes: number;
  /** Bytes in flight above which sockets that send are no longer read. */
  readonly pauseBytes: number;
  /** Bytes in flight above which new connections and new messages are refused. */
  readonly refuseBytes: number;
  readonly maxConnections: number;
  /** A socket silent for two of these is closed, ms. */
  readonly pingIntervalMs: number;
  /** Seconds between OCPP heartbeats, handed to charge points that boot. */
  readonly heartbeatIntervalS: number;
  /** A stop closes the sockets evenly over this time, ms. */
  readonly drainMs: number;
}

export interface GatewayParts {
  readonly log: Pick<MessageLog, 'publish'>;
  readonly protocols: { readonly ocpp: readonly ChargerProtocol[]; readonly ingest: ChargerProtocol };
  /** Absent: every charge point may connect. */
  readonly directory?: ChargePointDirectory;
  readonly options: GatewayOptions;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onClaimed?: OnClaimed;
}

/** Told of each charge point that connects here, with what {@link Gateway.evict} wants: sibling processes close theirs. */
export type OnClaimed = (chargePointId: string, claimedAt: number) => void;

const HELD_BYTES_INTERVAL_MS = 1_000;
/** A peer's half of the closing handshake, ms. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * One process that accepts sockets. A frame's way: socket -> protocol -> micro-batch -> log -> answer. It holds nothing
 * that would be lost with it: what it acknowledged is on the log.
 */
export class Gateway {
  /** Set by whoever runs several gateways on one port. */
  onClaimed: OnClaimed | undefined;

  private readonly server: Server;
  private readonly handshakes: WebSockets<typeof GatewaySocket>;
  private readonly connections = new Set<Connection>();
  private readonly sockets = new Sockets<Connection>();
  private readonly liveness: Liveness<Connection>;
  private readonly services: ConnectionServices;
  private readonly metrics: GatewayMetrics;
  private readonly ingest: Channel;
  private readonly ocpp: ReadonlyMap<string, Channel>;
  private unanswered = 0;
  private admitting = 0;
  private stopping = false;
  private sweep: NodeJS.Timeout | undefined;
  private onQuiet: (() => void) | undefined;
  private serverFailed: (error: Error) => void = () => undefined;

  constructor(private readonly parts: GatewayParts) {
    const { options, logger } = parts;
    this.onClaimed = parts.onClaimed;
    const paused = new Set<Connection>();
    const budget = new ByteBudget(options, () => {
      for (const connection of [...paused]) connection.relieve();
    });
    const batcher = new MicroBatcher(
      parts.log,
      { ...options, maxMessages: options.batchMaxMessages, maxBytes: options.batchMaxBytes },
      logger,
    );
    this.metrics = createGatewayMetrics(parts.registry, {
      connections: () => this.connections.size,
      inFlightBytes: () => budget.used,
      pausedSockets: () => paused.size,
      unansweredFrames: () => this.unanswered,
      sendsUnderWay: () => batcher.sendsUnderWay,
    });
    this.services = {
      batcher,
      budget,
      paused,
      logger,
      metrics: this.metrics,
      maxFrameBytes: options.maxFrameBytes,
      heartbeatIntervalS: () => options.heartbeatIntervalS,
      sampler: new FrameSampler(logger),
      frameBegins: () => this.unanswered++,
      frameEnds: () => {
        this.unanswered--;
        this.noteQuiet();
      },
      closed: (connection) => this.forget(connection),
    };
    this.ingest = this.channel(parts.protocols.ingest);
    this.ocpp = new Map(
      parts.protocols.ocpp.map((protocol) => [protocol.subprotocol ?? '', this.channel(protocol)]),
    );
    this.liveness = new Liveness(options.pingIntervalMs);
    this.handshakes = new WebSocketServer(this.webSocketOptions());
    this.handshakes.on('wsClientError', (error, socket) => {
      this.refuse(socket, refusal('malformedHandshake', { detail: error.message }));
    });
    this.server = createHandshakeServer(options.maxConnections, {
      upgrade: (request, socket, head) => void this.admit(request, socket, head),
      refused: (refusal) => this.metrics.connectionsTotal[refusal.outcome].inc(),
    });
  }

  /** Open sockets of this process. */
  get size(): number {
    return this.connections.size;
  }

  /** Resolves with the port when connections are accepted. Rejects with PORT_IN_USE. */
  async start(): Promise<{ port: number }> {
    const port = await listen(this.server, this.parts.options, 'GATEWAY_PORT');
    this.server.on('error', (error) => this.serverFailed(error));
    this.liveness.start();
    const { budget } = this.services;
    this.sweep = setInterval(() => {
      weighHeldBytes(this.connections, budget, this.parts.options.pauseBytes);
    }, HELD_BYTES_INTERVAL_MS);
    return { port };
  }

  /** Serves what `start` opened until the signal aborts, then stops. Rejects when the listener fails. */
  async run(signal: AbortSignal): Promise<void> {
    await new Promise<void>((aborted, failed) => {
      this.serverFailed = failed;
      if (signal.aborted) aborted();
      else signal.addEventListener('abort', () => aborted(), { once: true });
    });
    await this.stop();
  }

  /**
   * Refuses new connections, closes sockets evenly over `drainMs`, each after its answers, and stops listening. Takes
   * `drainMs` + `publishTimeoutMs` and a few seconds at most.
   */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { drainMs, publishTimeoutMs } = this.parts.options;
    await drainEvenly([...this.connections], drainMs, (connection) => connection.closeWhenAnswered());
    this.services.batcher.flush();
    await within(publishTimeoutMs + CLOSE_TIMEOUT_MS, this.quiet());
    for (const connection of [...this.connections]) connection.terminate('closed');
    clearInterval(this.sweep);
    this.liveness.stop();
    this.handshakes.close();
    await new Promise<void>((closed) => {
      this.server.close(() => closed());
      this.server.closeAllConnections();
    });
  }

  /** Closes this process' socket of a charge point if it is older than the claim a sibling made. */
  evict(chargePointId: string, claimedAt: number): void {
    this.sockets.evict(chargePointId, claimedAt);
  }

  /** An upgrade request: method and path, headers, load, directory, handshake. Never rejects. */
  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const routed = route(request.method, request.url);
    const refused = routed.ok ? (handshakeRefusal(request) ?? this.overload()) : routed.refusal;
    if (!routed.ok || refused !== null) {
      this.refuse(socket, refused ?? unavailable('overloaded'));
      return;
    }
    const { destination } = routed;
    this.admitting++;
    const { directory, logger } = this.parts;
    const { chargePointId } = destination;
    const unknown =
      directory === undefined || chargePointId === null
        ? null
        : await refusalOf(chargePointId, directory, logger);
    this.admitting--;
    const late = unknown ?? (this.stopping ? unavailable('stopping') : null);
    if (late !== null) this.refuse(socket, late);
    else {
      this.handshakes.handleUpgrade(request, socket, head, (ws) => this.open(ws, socket, destination));
    }
  }

  private overload(): Refusal | null {
    if (this.stopping) return unavailable('stopping');
    const full = this.connections.size + this.admitting >= this.parts.options.maxConnections;
    return full || this.services.budget.refusing ? unavailable('overloaded') : null;
  }

  private open(ws: GatewaySocket, socket: Duplex, { endpoint, chargePointId }: Destination): void {
    const channel = endpoint === 'ingest' ? this.ingest : this.ocpp.get(ws.protocol);
    if (channel === undefined || !(socket instanceof Socket)) {
      // OCPP-J: the handshake is finished without the header, so that the client can see why it is closed.
      this.metrics.connectionsTotal.no_subprotocol.inc();
      ws.on('error', () => ws.terminate());
      ws.close(
        CLOSES.protocolError.code,
        `no common subprotocol; spoken here: ${[...this.ocpp.keys()].join(', ')}`,
      );
      return;
    }
    const connection = new Connection(ws, socket, channel, chargePointId, this.services);
    this.connections.add(connection);
    this.liveness.add(connection);
    this.metrics.connectionsTotal.accepted.inc();
    if (chargePointId === null) return;
    this.sockets.claim(chargePointId, connection);
    this.onClaimed?.(chargePointId, connection.claimedAt);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.liveness.remove(connection);
    this.sockets.release(connection);
    this.noteQuiet();
  }

  private refuse(socket: Duplex, refused: Refusal): void {
    this.metrics.connectionsTotal[refused.outcome].inc();
    writeRefusal(socket, refused);
  }

  /** Resolves when no socket is open and no frame waits for the log. */
  private quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.onQuiet = resolve;
      this.noteQuiet();
    });
  }

  private noteQuiet(): void {
    if (this.connections.size === 0 && this.unanswered === 0) this.onQuiet?.();
  }

  private channel(protocol: ChargerProtocol): Channel {
    return { protocol, messages: this.metrics.messages(protocol.name) };
  }

  private webSocketOptions() {
    return {
      noServer: true,
      clientTracking: false,
      // Compression costs up to 300 KB a socket.
      perMessageDeflate: false,
      maxPayload: this.parts.options.maxFrameBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      WebSocket: GatewaySocket,
      handleProtocols: (offered: Set<string>, request: IncomingMessage): string | false =>
        request.url?.startsWith('/ocpp/') === true
          ? ([...offered].find((name) => this.ocpp.has(name)) ?? false)
          : false,
    };
  }
}
