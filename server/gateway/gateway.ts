import type { Registry } from 'prom-client';
import type { ChargerProtocol } from '../../protocol/charger-protocol.js';
import { NO_AUDIT, type Auditor } from '../audit/auditor.js';
import type { MessageLog } from '../broker/message-log.js';
import { unavailable, type Refusal } from './admission.js';
import type { Channel } from './channel.js';
import { closeRevoked } from './close-revoked.js';
import { Connection, type ConnectionServices } from './connection.js';
import { Corks } from './corks.js';
import { CLOSE_TIMEOUT_MS, Door, type Entrant } from './door.js';
import type { RequestLimits } from '../limits/request-limits.js';
import { drainEvenly } from '../sockets/drain.js';
import { FramePath } from './frame-path.js';
import { FrameSampler } from './frame-sampler.js';
import type { GatewayOptions } from './gateway-options.js';
import { weighHeldBytes } from './held-bytes.js';
import { Liveness } from '../sockets/liveness.js';
import { LoopDelay } from './loop-delay.js';
import { createGatewayMetrics, type Limit } from './metrics.js';
import { MicroBatcher } from './micro-batcher.js';
import { rateOf, SharedBucket } from './rate.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import { Shedding } from './shedding.js';
import { Sockets } from './sockets.js';
import type { Gatekeepers } from './stranger.js';
import { TimerWheel } from '../../helpers/timer-wheel.js';
import { within } from '../sockets/within.js';
import { aborted } from '../lifecycle/aborted.js';

export interface GatewayParts extends Gatekeepers {
  readonly log: Pick<MessageLog, 'publish'>;
  readonly protocols: { readonly ocpp: readonly ChargerProtocol[]; readonly ingest: ChargerProtocol };
  readonly options: GatewayOptions;
  readonly registry: Registry;
  readonly onClaimed?: OnClaimed;
  /** Told who was refused at the door. Default: nobody. */
  readonly audit?: Auditor;
  /** How often programs may come and send, over all processes. Default: as often as they like. */
  readonly limits?: RequestLimits;
  /** Where it is written down who is connected, and where commands come from. Absent: nowhere. */
  readonly sessions?: Pick<SessionRegistry, 'opened'>;
}

/** Told of each charge point that connects here, with what {@link Gateway.evict} wants: sibling processes close theirs. */
export type OnClaimed = (chargePointId: string, claimedAt: number) => void;

/** Of the timer behind all sockets' deadlines. */
const TICK_MS = 20;
const HELD_BYTES_INTERVAL_MS = 1_000;
const SAMPLE_INTERVAL_MS = 250;

/**
 * One process that accepts sockets. A frame's way: socket -> protocol -> micro-batch -> log -> answer. It holds nothing
 * that would be lost with it: what it acknowledged is on the log.
 */
export class Gateway {
  /** Set by whoever runs several gateways on one port. */
  onClaimed: OnClaimed | undefined;
  /** Where it listens: GATEWAY_PORT, and those beside it. */
  ports: readonly number[] = [];

  private readonly door: Door;
  private readonly connections = new Set<Connection>();
  private readonly sockets = new Sockets<Connection>();
  private readonly loopDelay = new LoopDelay(TICK_MS);
  private readonly wheel = new TimerWheel({
    tickMs: TICK_MS,
    onTick: (gapMs) => this.loopDelay.ticked(gapMs),
  });
  private readonly shedding: Shedding<Connection>;
  private readonly liveness: Liveness<Connection>;
  private readonly batcher: MicroBatcher;
  private readonly frames: FramePath;
  private readonly services: ConnectionServices;
  private stopping = false;
  private handingOver = false;
  private readonly rounds: NodeJS.Timeout[] = [];
  private onQuiet: (() => void) | undefined;
  private doorFailed: (error: Error) => void = () => undefined;

  constructor(private readonly parts: GatewayParts) {
    const { directory, identity, senders, log, logger, options, protocols } = parts;
    this.onClaimed = parts.onClaimed;
    this.batcher = new MicroBatcher(
      log,
      { ...options, maxMessages: options.batchMaxMessages, maxBytes: options.batchMaxBytes },
      logger,
    );
    const metrics = createGatewayMetrics(parts.registry, {
      connections: () => this.connections.size,
      inFlightBytes: () => this.shedding.budget.used,
      pausedSockets: () => this.shedding.paused.size,
      unansweredFrames: () => this.frames.unanswered,
      sendsUnderWay: () => this.batcher.sendsUnderWay,
      overloadLevel: () => this.shedding.level,
    });
    this.shedding = new Shedding({
      options,
      connections: this.connections,
      shed: metrics.shedTotal,
      loopDelayMs: () => this.loopDelay.read(),
      logDelayMs: () => this.batcher.oldestSendMs,
      now: () => this.wheel.now,
    });
    this.frames = new FramePath({
      batcher: this.batcher,
      shedding: this.shedding,
      metrics,
      sampler: new FrameSampler(logger),
      onQuiet: () => this.noteQuiet(),
    });
    this.liveness = new Liveness(this.wheel, options);
    this.services = {
      frames: this.frames,
      corks: new Corks(),
      shedding: this.shedding,
      total: new SharedBucket(rateOf(options.totalRate)),
      metrics,
      wheel: this.wheel,
      liveness: this.liveness,
      overLimitMs: (principal, messages) => parts.limits?.ofMessages(principal, messages) ?? 0,
      audit: parts.audit ?? NO_AUDIT,
      logger,
      maxFrameBytes: options.maxFrameBytes,
      closed: (connection) => this.forget(connection),
    };
    const channel = (protocol: ChargerProtocol, perSecond: number, limit: Limit): Channel => {
      return { protocol, messages: metrics.messages(protocol.name), rate: rateOf(perSecond), limit };
    };
    this.door = new Door({
      options,
      ocpp: new Map(
        protocols.ocpp.map((protocol) => [
          protocol.subprotocol ?? '',
          channel(protocol, options.chargePointRate, 'charge_point_rate'),
        ]),
      ),
      ingest: channel(protocols.ingest, options.ingestRate, 'ingest_rate'),
      directory,
      identity,
      senders,
      metrics,
      audit: parts.audit ?? NO_AUDIT,
      limits: parts.limits ?? null,
      logger,
      shut: (admitting) => this.shut(admitting),
      enter: (entrant) => this.enter(entrant),
      onRevoked: (serials) => void closeRevoked(this.connections, serials),
    });
  }

  /** Open sockets of this process. */
  get size(): number {
    return this.connections.size;
  }

  /** Resolves with the port, the first of {@link ports}, when connections are accepted. Rejects with PORT_IN_USE. */
  async start(): Promise<{ port: number }> {
    this.ports = await this.door.open((error) => this.doorFailed(error));
    this.wheel.start();
    const { budget } = this.shedding;
    this.rounds.push(
      setInterval(() => this.shedding.sample(), SAMPLE_INTERVAL_MS),
      setInterval(
        () => weighHeldBytes(this.connections, budget, this.parts.options.pauseBytes),
        HELD_BYTES_INTERVAL_MS,
      ),
    );
    return { port: this.ports[0] ?? 0 };
  }

  /** Serves what `start` opened until the signal aborts, then stops. Rejects when the listener fails. */
  async run(signal: AbortSignal): Promise<void> {
    const failure = new Promise<never>((_, failed) => (this.doorFailed = failed));
    const ended = new AbortController();
    const { identity, limits } = this.parts;
    const beside = Promise.all([identity?.run?.(ended.signal), limits?.run(ended.signal)]);
    try {
      await Promise.race([failure, aborted(signal)]);
      await this.stop();
    } finally {
      ended.abort();
    }
    await beside;
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
    // Those that were on their way in when it handed over.
    this.handingOver = false;
    for (const connection of this.connections) connection.closeWhenAnswered();
    this.batcher.flush();
    await within(publishTimeoutMs + CLOSE_TIMEOUT_MS, this.quiet());
    for (const connection of [...this.connections]) connection.terminate('closed');
    for (const round of this.rounds) clearInterval(round);
    this.wheel.stop();
    await this.door.close();
  }

  /**
   * Lets go of the port, which siblings listen on too; to be followed by a stop. Clients whose handshake is under way here are let
   * in, and told to connect again at the end of the drain, so that nobody is refused.
   */
  handOver(): void {
    this.handingOver = true;
    this.door.stopListening();
  }

  /** Closes this process' socket of a charge point if it is older than the claim a sibling made. */
  evict(chargePointId: string, claimedAt: number): void {
    this.sockets.evict(chargePointId, claimedAt);
  }

  private shut(admitting: number): Refusal | null {
    if (this.stopping && !this.handingOver) return unavailable('stopping');
    const full = this.connections.size + admitting >= this.parts.options.maxConnections;
    return full || this.shedding.turnsAway() ? unavailable('overloaded') : null;
  }

  private enter({ ws, socket, channel, chargePointId, address, sender }: Entrant): void {
    const connection = new Connection(ws, socket, channel, chargePointId, address, this.services);
    if (sender !== null) connection.speaksAs(sender);
    this.connections.add(connection);
    this.liveness.add(connection);
    if (chargePointId === null) return;
    this.sockets.claim(chargePointId, connection);
    connection.session = this.parts.sessions?.opened(connection, channel.protocol) ?? null;
    this.onClaimed?.(chargePointId, connection.claimedAt);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.liveness.remove(connection);
    this.sockets.release(connection);
    this.noteQuiet();
  }

  /** Resolves when no socket is open and no frame waits for the log. */
  private quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.onQuiet = resolve;
      this.noteQuiet();
    });
  }

  private noteQuiet(): void {
    if (this.connections.size === 0 && this.frames.unanswered === 0) this.onQuiet?.();
  }
}
