import type { Logger } from 'pino';
import type { ChargerProtocol } from '../../../protocol/charger-protocol.js';
import type { ConnectionState } from '../../../store/connections/connection-state.js';
import type { HeldSocket } from '../../../store/connections/unknown-sockets.js';
import { within } from '../../sockets/within.js';
import type { RegistryMetrics } from './registry-metrics.js';
import { Session, type SessionSocket, type SessionWatcher } from './session.js';
import { aborted } from '../../lifecycle/aborted.js';

/** The database, of one gateway process. All reject with DATABASE_UNAVAILABLE. */
export interface ConnectionStore {
  /** Writes the states of charge points, each given once, and tells which of them are this process' in the database. */
  write(states: () => readonly ConnectionState[]): Promise<ReadonlySet<string>>;
  /** Of sockets that were written: charge points that the database doesn't know as open here. */
  unknown(sockets: readonly HeldSocket[]): Promise<readonly string[]>;
  /** This process runs. */
  beat(connections: number): Promise<void>;
  /** This process ends. */
  end(): Promise<void>;
}

export interface SessionRegistryOptions {
  /** What has changed is written after this long, ms. Default 1,000. */
  readonly writeEveryMs?: number;
  /** Charge points a statement, and how many changes are written at once. Default 5,000. */
  readonly batchMax?: number;
  /** Charge points whose state waits for the database at most; of more the oldest that are closed are dropped. Default 200,000. */
  readonly backlogMax?: number;
  /** ms, monotonic. Default `performance.now`. */
  readonly now?: () => number;
}

const WRITE_EVERY_MS = 1_000;
const BATCH_MAX = 5_000;
const BACKLOG_MAX = 200_000;
const BACKOFF_MAX_MS = 10_000;
/** At a stop the last writes get this long, ms. */
const LAST_WRITES_MS = 2_000;

/**
 * The sockets of this process' charge points, and the way of what becomes of them to the database: gathered by charge
 * point, the newest state of each, a statement a second. Readings never wait for it, and when the database is down it
 * keeps the newest states until it is back.
 */
export class SessionRegistry implements SessionWatcher {
  private readonly open = new Map<string, Session>();
  /** By charge point: what is to be written. */
  private dirty = new Map<string, Session>();
  private lastNumber = 0;
  private failures = 0;
  private wake: () => void = () => undefined;
  private readonly writeEveryMs: number;
  private readonly batchMax: number;
  private readonly backlogMax: number;
  private readonly now: () => number;

  constructor(
    private readonly store: ConnectionStore,
    private readonly metrics: RegistryMetrics,
    private readonly logger: Logger,
    options: SessionRegistryOptions = {},
  ) {
    this.writeEveryMs = options.writeEveryMs ?? WRITE_EVERY_MS;
    this.batchMax = options.batchMax ?? BATCH_MAX;
    this.backlogMax = options.backlogMax ?? BACKLOG_MAX;
    this.now = options.now ?? (() => performance.now());
    metrics.watch({ backlog: () => this.dirty.size });
  }

  /** A charge point's socket is open, and is its newest here. */
  opened(socket: SessionSocket, protocol: ChargerProtocol): Session {
    const session = new Session(++this.lastNumber, socket, protocol, this, this.now);
    this.open.set(session.chargePointId, session);
    this.changed(session);
    return session;
  }

  /** The newest open session of a charge point in this process. */
  holder(chargePointId: string): Session | undefined {
    return this.open.get(chargePointId);
  }

  changed(session: Session): void {
    const { chargePointId } = session;
    const waiting = this.dirty.get(chargePointId);
    if (waiting !== undefined && waiting !== session) {
      // The last words of an older socket tell nothing that anybody asks for.
      if (waiting.number > session.number) return;
      session.inherit(waiting);
    }
    this.dirty.set(chargePointId, session);
    if (this.dirty.size > this.backlogMax) this.dropOne();
    if (this.dirty.size >= this.batchMax && this.failures === 0) this.wake();
  }

  closed(session: Session): void {
    if (this.open.get(session.chargePointId) === session) this.open.delete(session.chargePointId);
    this.changed(session);
  }

  replied(fate: 'matched' | 'late' | 'unknown'): void {
    if (fate !== 'matched') this.metrics.unmatchedReplies[fate].inc();
  }

  /** Another process took over what it saw as this process' session of that number: an older socket is closed. */
  replaced(chargePointId: string, number: number): void {
    const session = this.open.get(chargePointId);
    if (session !== undefined && session.number <= number) this.giveUp(session);
  }

  /** Compares all sockets with the database: notifications may have been missed. Rejects with DATABASE_UNAVAILABLE. */
  async reconcile(): Promise<void> {
    const sockets = [...this.open.values()].filter((session) => !this.dirty.has(session.chargePointId));
    for (let from = 0; from < sockets.length; from += this.batchMax) {
      const asked = sockets.slice(from, from + this.batchMax);
      const unknown = await this.store.unknown(
        asked.map(({ chargePointId, number }) => ({ chargePointId, session: number })),
      );
      for (const chargePointId of unknown) {
        const session = this.open.get(chargePointId);
        if (session !== undefined) this.changed(session);
      }
    }
  }

  /** Says that this process runs. Rejects with DATABASE_UNAVAILABLE. */
  async beat(): Promise<void> {
    await this.store.beat(this.open.size);
  }

  /** Writes until the signal aborts, then what is left, for a few seconds at most. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const writing = this.writeUntil(signal);
    await aborted(signal);
    this.wake();
    await within(LAST_WRITES_MS, writing);
  }

  private async writeUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.pause(Math.min(this.writeEveryMs * 2 ** this.failures, BACKOFF_MAX_MS));
      await this.flush();
    }
    await this.flush();
    await this.store.end().catch((error: unknown) => {
      this.logger.debug({ err: error }, 'the end of this process could not be written');
    });
  }

  /** Writes what has changed, as far as the database takes it. */
  private async flush(): Promise<void> {
    while (this.dirty.size > 0) {
      const batch = this.takeBatch();
      const takenAt = this.now();
      try {
        const held = await this.store.write(() => batch.map((session) => session.state()));
        this.settle(batch, held, takenAt);
      } catch (error) {
        this.putBack(batch, error);
        return;
      }
    }
  }

  private takeBatch(): Session[] {
    const batch: Session[] = [];
    for (const [chargePointId, session] of this.dirty) {
      batch.push(session);
      this.dirty.delete(chargePointId);
      if (batch.length >= this.batchMax) break;
    }
    return batch;
  }

  private settle(batch: readonly Session[], held: ReadonlySet<string>, takenAt: number): void {
    if (this.failures > 0) this.logger.info('connections are written down again');
    this.failures = 0;
    this.metrics.writes.written.inc(batch.length);
    for (const session of batch) {
      session.written(takenAt);
      if (!held.has(session.chargePointId) && session.isOpen) this.giveUp(session);
    }
  }

  private putBack(batch: readonly Session[], error: unknown): void {
    if (this.failures === 0) {
      this.logger.warn(
        { err: error },
        'connections can not be written down now, keeping their newest states',
      );
    }
    this.failures = Math.min(this.failures + 1, 10);
    this.metrics.writes.failed.inc(batch.length);
    for (const session of batch) {
      const newer = this.dirty.get(session.chargePointId);
      if (newer === undefined) this.dirty.set(session.chargePointId, session);
      else if (newer !== session) newer.inherit(session);
    }
  }

  private giveUp(session: Session): void {
    this.metrics.replacedElsewhere.inc();
    session.socket.replaced();
  }

  /** Of the oldest closed session, else of the oldest. What is open is written again when it is next heard. */
  private dropOne(): void {
    const closed = [...firstOf(this.dirty.values(), 1_000)].find((session) => !session.isOpen);
    const [oldest] = this.dirty.values();
    const dropped = closed ?? oldest;
    if (dropped === undefined) return;
    this.dirty.delete(dropped.chargePointId);
    this.metrics.writes.dropped.inc();
  }

  /** Until the time is up, there is a batch's worth to write, or the stop. */
  private pause(ms: number): Promise<void> {
    if (this.failures === 0 && this.dirty.size >= this.batchMax) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
