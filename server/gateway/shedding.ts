import { ByteBudget } from './byte-budget.js';
import type { GatewayOptions } from './gateway-options.js';
import { heartbeatInterval } from './heartbeat-interval.js';
import type { Shed } from './metrics.js';
import { Overload, type OverloadLevel, type OverloadMarks } from './overload.js';

/** A socket as shedding sees it. */
export interface Sheddable {
  /** Bytes of it in flight. */
  readonly greed: number;
  /** When its last message came, as {@link SheddingParts.now} has it. */
  readonly messageAt: number;
  /** It waits for something of ours, or is being closed. */
  readonly busy: boolean;
  relieve(): void;
  idle(): void;
}

export interface SheddingParts<T extends Sheddable> {
  readonly options: SheddingOptions;
  readonly connections: ReadonlySet<T>;
  readonly shed: Readonly<Record<Shed, { inc(count?: number): void }>>;
  /** How late the event loop turns, ms; read at each {@link Shedding.sample}. */
  readonly loopDelayMs: () => number;
  /** Age of the oldest write to the log that is under way, ms. */
  readonly logDelayMs: () => number;
  /** ms of the wheel. */
  readonly now: () => number;
  readonly random?: () => number;
}

export type SheddingOptions = Pick<
  GatewayOptions,
  | 'pauseBytes'
  | 'refuseBytes'
  | 'maxConnections'
  | 'publishTimeoutMs'
  | 'loopDelayMarkMs'
  | 'overloadIdleMs'
  | 'heartbeatIntervalS'
  | 'heartbeatStretch'
>;

/** Level 4 that lasts so long closes idle sockets, ms. */
const LASTING_MS = 10_000;
/** Share of the sockets that one second at the highest level closes. */
const IDLE_SHARE_PER_SECOND = 0.01;
/** While another measure than the bytes asks for it, a socket below this is never among the greediest, bytes. */
const MODEST_BYTES = 64 * 1024;

/** What a gateway does about too much work, in the order of {@link OverloadLevel}. */
export class Shedding<T extends Sheddable> {
  readonly budget: ByteBudget;
  /** Sockets that are not read at the moment, for whatever reason. */
  readonly paused = new Set<T>();
  private readonly overload: Overload;
  private loopDelayMs = 0;
  /** Sockets that have bytes in flight. */
  private senders = 0;
  private idleAllowance = 0;
  private sampledAt = 0;

  constructor(private readonly parts: SheddingParts<T>) {
    this.budget = new ByteBudget(parts.options, () => this.relieve());
    this.overload = new Overload(marksOf(parts.options), LASTING_MS);
  }

  get level(): OverloadLevel {
    return this.overload.level;
  }

  /** A socket that had nothing in flight begins (1) or ends (-1) to have something. */
  countSender(change: 1 | -1): void {
    this.senders += change;
  }

  /** Whether some sockets that send are to be left unread: asked after each frame. */
  get throttles(): boolean {
    return this.budget.pausing || this.overload.level >= 2;
  }

  /**
   * Whether a socket of this greed is one of those. From the pause mark on it is whoever has more in flight than the mean of
   * all that send; the nearer the refuse mark, the smaller the share that is left to each, until nobody is read. One that
   * has nothing in flight is read below that: it may have to end a frame to free what it holds.
   */
  isTooGreedy(greed: number): boolean {
    const { pauseBytes, refuseBytes } = this.parts.options;
    const { inFlight, pausing, used } = this.budget;
    const mean = inFlight / Math.max(1, this.senders);
    if (!pausing) return greed >= Math.max(MODEST_BYTES, 2 * mean);
    if (used > refuseBytes) return true;
    const left = used > pauseBytes ? (refuseBytes - used) / (refuseBytes - pauseBytes) : 1;
    return greed > 0 && greed >= mean * left;
  }

  notePaused(): void {
    this.parts.shed.socket_paused.inc();
  }

  /** Whether a connection that comes now is to be refused. */
  turnsAway(): boolean {
    const refuses = this.observe() >= 3;
    if (refuses) this.parts.shed.connection_refused.inc();
    return refuses;
  }

  /** Whether messages that come now are answered by "retry" at once, so that they hold no memory. */
  get refusesMessages(): boolean {
    return this.budget.refusing || this.overload.level >= 4;
  }

  noteRefusedMessages(count: number): void {
    this.parts.shed.message_refused.inc(count);
  }

  /** For a frame that comes now. */
  heartbeatIntervalS(): number {
    const { heartbeatIntervalS, heartbeatStretch } = this.parts.options;
    return heartbeatInterval(heartbeatIntervalS, heartbeatStretch, this.overload.level, this.parts.random);
  }

  /** A charge point was told its heartbeat interval. */
  noteBoot(): void {
    if (this.overload.level >= 1 && this.parts.options.heartbeatStretch > 1) {
      this.parts.shed.heartbeat_stretched.inc();
    }
  }

  /** Measures and acts; to be called a few times a second. */
  sample(): void {
    const now = this.parts.now();
    this.loopDelayMs = this.parts.loopDelayMs();
    this.relieve();
    if (this.overload.level === 5) this.closeIdle(now);
    this.sampledAt = now;
  }

  private observe(): OverloadLevel {
    const { connections, logDelayMs, now } = this.parts;
    return this.overload.observe(
      {
        bytes: this.budget.used,
        loopDelayMs: this.loopDelayMs,
        logDelayMs: logDelayMs(),
        connections: connections.size,
      },
      now(),
    );
  }

  /** Reads those again that are not to be left unread any more. */
  private relieve(): void {
    this.observe();
    for (const socket of [...this.paused]) {
      if (!this.throttles || !this.isTooGreedy(socket.greed)) socket.relieve();
    }
  }

  /** Those that connected first come first; a few at a time, since most of them will be back. */
  private closeIdle(now: number): void {
    const { connections, options, shed } = this.parts;
    if (options.overloadIdleMs === 0) return;
    const seconds = Math.min(1, (now - this.sampledAt) / 1_000);
    this.idleAllowance = Math.min(
      Math.max(1, connections.size * IDLE_SHARE_PER_SECOND),
      this.idleAllowance + connections.size * IDLE_SHARE_PER_SECOND * seconds,
    );
    for (const socket of connections) {
      if (this.idleAllowance < 1) return;
      if (socket.busy || now - socket.messageAt < options.overloadIdleMs) continue;
      this.idleAllowance--;
      shed.socket_closed.inc();
      socket.idle();
    }
  }
}

function marksOf(options: SheddingOptions): OverloadMarks {
  const { pauseBytes, refuseBytes, loopDelayMarkMs, publishTimeoutMs, maxConnections } = options;
  const lag = loopDelayMarkMs === 0 ? Infinity : loopDelayMarkMs;
  return {
    bytes: [pauseBytes / 2, pauseBytes, (pauseBytes + refuseBytes) / 2, refuseBytes],
    loopDelayMs: [lag, 2.5 * lag, 5 * lag, 10 * lag],
    // A slow log fills memory, and from there on bytes decide.
    logDelayMs: [publishTimeoutMs / 4, publishTimeoutMs / 2, Infinity, Infinity],
    connections: [0.9 * maxConnections, Infinity, Infinity, Infinity],
  };
}
