import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { TimerWheel } from '../../helpers/timer-wheel.js';
import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import { isOpen, type Access } from '../access/access.js';
import { NO_AUDIT, type Auditor } from '../audit/auditor.js';
import type { RequestLimits } from '../limits/request-limits.js';
import { aborted } from '../lifecycle/aborted.js';
import { listen } from '../lifecycle/listen.js';
import { repeat } from '../lifecycle/repeat.js';
import { drainEvenly } from '../sockets/drain.js';
import { Liveness } from '../sockets/liveness.js';
import { within } from '../sockets/within.js';
import type { FeedFollower, FeedSource } from './feed-source.js';
import { FleetBroadcast } from './fleet-broadcast.js';
import type { LiveFrame } from './live-frame.js';
import { CLOSE_TIMEOUT_MS, LiveDoor } from './live-door.js';
import { LiveHub } from './live-hub.js';
import type { LiveOptions } from './live-options.js';
import { LiveSession, type SessionServices } from './live-session.js';
import { createLiveMetrics } from './metrics.js';
import { Permits } from './permits.js';
import { liveRefusal } from './refusals.js';
import { Snapshots } from './snapshots.js';

export interface LiveServerParts {
  readonly source: FeedSource;
  readonly access: Access;
  /** Told who was refused what. Default: nobody. */
  readonly audit?: Auditor;
  /** How often who may come. Default: anybody as often as they like. */
  readonly limits?: RequestLimits;
  readonly readFleet: () => Promise<FleetFigures>;
  readonly options: LiveOptions;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Of the timer behind all sockets' deadlines. */
const TICK_MS = 100;
/** Channels that were quiet tell their members this often what to resume after. */
const REFRESH_MS = 30_000;
/** Rows that are read at the start, for clients that come from a process that stopped. */
const REMEMBERED_ROWS = 2_000;
const REMEMBER_PAGE = 200;
const PATIENCE_MS = { shared: 5_000, alone: 60_000 };

/** The live feed: rows of the feed come in by `source`, go through the hub to channels, and to the sockets of `/live`. */
export class LiveServer {
  private readonly hub: LiveHub;
  private readonly door: LiveDoor;
  private readonly server: Server;
  private readonly sessions = new Set<LiveSession>();
  private readonly wheel = new TimerWheel({ tickMs: TICK_MS });
  private readonly liveness: Liveness<LiveSession>;
  private readonly fleet: FleetBroadcast;
  private readonly services: SessionServices;
  private stopping = false;
  private onQuiet: () => void = () => undefined;

  constructor(private readonly parts: LiveServerParts) {
    const { options, source, access, logger, audit = NO_AUDIT } = parts;
    const now = (): number => Date.now();
    const metrics = createLiveMetrics(parts.registry, {
      connections: () => this.sessions.size,
      subscriptions: () => this.sum((session) => session.subscriptionCount),
      channels: () => this.hub.channelCount,
      recentBytes: () => this.hub.recent.bytes,
      bufferedBytes: () => this.sum((session) => session.bufferedBytes),
    });
    const onFrame = ({ count }: LiveFrame, members: number): void => {
      metrics.framesTotal.inc();
      metrics.messagesTotal.inc(count * members);
    };
    this.hub = new LiveHub({
      ...{
        batchSize: options.batchSize,
        batchMs: options.batchMs,
        recentBytes: options.recentBytes,
        onFrame,
      },
      onSent: (committedAtMs) =>
        metrics.deliverySeconds.observe(
          Math.max(0, performance.timeOrigin + performance.now() - committedAtMs) / 1_000,
        ),
    });
    const permits = new Permits(options.snapshots);
    const onTaken = (takers: number): void => metrics.catchUpsTotal.snapshot.inc(takers);
    this.liveness = new Liveness(this.wheel, { pingIntervalMs: options.pingIntervalMs, idleCloseMs: 0 });
    const { readFleet: read } = parts;
    const intervalMs = options.fleetIntervalMs;
    this.fleet = new FleetBroadcast({ read, intervalMs, now, logger, onFrame });
    this.services = {
      hub: this.hub,
      source,
      permits,
      snapshots: new Snapshots({ source, permits, patienceMs: PATIENCE_MS, now, onTaken }),
      onSource: (from) => metrics.catchUpsTotal[from].inc(),
      batchSize: options.batchSize,
      conflateMax: options.conflateMax,
      maxSubscriptions: options.maxSubscriptions,
      bufferBytes: options.bufferBytes,
      liveness: this.liveness,
      fleet: this.fleet,
      wheel: this.wheel,
      term: {
        maxAgeMs: isOpen(access) ? Infinity : options.sessionMaxAgeMs,
        renewalWindowMs: options.renewalWindowMs,
      },
      identify: (token, remoteAddress) =>
        access.identify({
          headers: { authorization: `Bearer ${token}` },
          remoteAddress,
          handshake: '/live',
        }),
      ...{ metrics, logger, now, audit },
      closed: (session) => this.forget(session),
    };
    this.door = new LiveDoor({
      ...{ options, access, audit, limits: parts.limits ?? null, metrics, logger },
      shut: (admitting) => {
        if (this.stopping) return liveRefusal('stopping');
        return this.sessions.size + admitting >= options.maxConnections ? liveRefusal('overloaded') : null;
      },
      enter: ({ ws, socket, ...who }) => {
        const session = new LiveSession(ws, socket, who, this.services);
        this.sessions.add(session);
        this.liveness.add(session);
        session.begin();
      },
    });
    this.server = this.door.createServer();
  }

  /** Open sockets. */
  get size(): number {
    return this.sessions.size;
  }

  /**
   * Reads where the feed stands. Resolves when clients can come: with the port. Rejects with PORT_IN_USE, and
   * as the source does.
   */
  async start(): Promise<{ port: number }> {
    await this.beginHub();
    this.wheel.start();
    return { port: await listen(this.server, this.parts.options, 'LIVE_PORT') };
  }

  /** An upgrade request that came to another server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    void this.door.admit(request, socket, head);
  }

  /** For readiness: rejects with why what is told may be old. */
  async checkReady(): Promise<void> {
    await this.parts.source.checkReady();
  }

  /** Serves what `start` opened until the signal aborts, then stops. Rejects when the listener fails, or for a bug. */
  async run(signal: AbortSignal): Promise<void> {
    const failure = new Promise<never>((_, failed) => this.server.once('error', failed));
    const ended = new AbortController();
    const refresh = (): Promise<void> => {
      this.hub.refresh(new Date().toISOString());
      return Promise.resolve();
    };
    const follower: FeedFollower = {
      rows: (rows) => this.hub.take(rows),
      reset: (reason) => this.beginAnew(reason),
    };
    const work = Promise.all([
      this.parts.source.follow(this.hub.position, follower, ended.signal),
      this.fleet.run(ended.signal),
      this.parts.limits?.run(ended.signal),
      repeat(refresh, { everyMs: REFRESH_MS, onError: () => undefined }, ended.signal),
    ]);
    try {
      await Promise.race([failure, work, aborted(signal)]);
      // Sockets that still wait for their end hear what is new.
      await this.stop();
    } finally {
      ended.abort();
      this.hub.stop();
    }
    await work;
  }

  /** Refuses new connections, and closes sockets evenly over `drainMs`. Takes that and a few seconds at most. */
  private async stop(): Promise<void> {
    this.stopping = true;
    await drainEvenly([...this.sessions], this.parts.options.drainMs, (session) => session.closeForRestart());
    for (const session of this.sessions) session.closeForRestart();
    await within(CLOSE_TIMEOUT_MS, this.quiet());
    for (const session of [...this.sessions]) session.terminate('closed');
    this.wheel.stop();
    this.door.close();
    await new Promise<void>((closed) => {
      this.server.close(() => closed());
      this.server.closeAllConnections();
    });
  }

  private async beginAnew(reason: 'expired' | 'unknown'): Promise<number> {
    const { logger, source } = this.parts;
    const before = this.hub.position;
    const { position, sites } = await source.readSites();
    logger.warn(
      { before, position, reason },
      'the feed can not be followed from where it was: all begin anew',
    );
    this.hub.restart(position, sites, reason);
    return position;
  }

  /** Begins a little before now: clients that come from a process that has just stopped need what it told last. */
  private async beginHub(): Promise<void> {
    const { source } = this.parts;
    const { position, sites } = await source.readSites();
    for (let back = REMEMBERED_ROWS; ; back = Math.floor(back / 4)) {
      const from = Math.max(0, position - back);
      this.hub.begin(from, sites);
      if ((await this.remember(position)) || back === 0) return;
    }
  }

  /** Whether the hub stands at `position` now; what is older may have expired. */
  private async remember(position: number): Promise<boolean> {
    while (this.hub.position < position) {
      const read = await this.parts.source.read(this.hub.position, REMEMBER_PAGE);
      if (read.kind !== 'rows') return false;
      if (read.rows.length === 0) return true;
      this.hub.take(read.rows);
    }
    return true;
  }

  private forget(session: LiveSession): void {
    this.sessions.delete(session);
    this.liveness.remove(session);
    if (this.sessions.size === 0) this.onQuiet();
  }

  /** Resolves when no socket is open. */
  private quiet(): Promise<void> {
    if (this.sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.onQuiet = resolve));
  }

  private sum(of: (session: LiveSession) => number): number {
    let sum = 0;
    for (const session of this.sessions) sum += of(session);
    return sum;
  }
}
