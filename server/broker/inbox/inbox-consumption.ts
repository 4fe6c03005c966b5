import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { listenToInbox } from '../../../store/inbox-listen.js';
import { leaveInbox, shareInbox, type InboxLease } from '../../../store/inbox-members.js';
import { inboxRanges } from '../../../store/inbox-read.js';
import { countInboxPartitions } from '../../../store/inbox-setup.js';
import type { Pool } from '../../../store/pool.js';
import { pause, within } from '../deadline.js';
import type { Consumption, StoredPosition } from '../message-log.js';
import type { LogMetrics } from '../metrics.js';
import { PartitionAssignment } from '../partition-assignment.js';
import { StallWatch } from '../stall-watch.js';
import { PartitionReader } from './partition-reader.js';
import { repeat } from './repeat.js';
import { trimStored } from './trim-stored.js';
import { WakeUp } from './wake-up.js';

export interface InboxConsumptionOptions {
  readonly pool: Pool;
  readonly topic: string;
  readonly retentionMs: number;
  readonly stallMs: number;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
  readonly consumption: Consumption;
}

const HEARTBEAT_MS = 1_000;
/** A member that is silent this long loses its partitions. */
const TIME_TO_LIVE_MS = 6_000;
/** How often the tails are looked at when no notification comes. */
const POLL_MS = 500;
const LISTEN_AGAIN_MS = 1_000;
const TRIM_EVERY_MS = 60_000;
/** The longest that a stop waits for the worker to take what it was handed. */
const SETTLE_TIMEOUT_MS = 30_000;
const LEAVE_TIMEOUT_MS = 5_000;

/**
 * Consumes the inbox as one of several members: a heartbeat tells which partitions are ours, a tail watches for new
 * records on all of them with one query, and each partition has a reader. Ownership is fenced by the store, here it is
 * only shared out. An outage is waited out by each loop by itself.
 */
export class InboxConsumption {
  readonly #options: InboxConsumptionOptions;
  readonly #memberId = randomUUID();
  readonly #readers = new Map<number, PartitionReader>();
  readonly #heartbeat = new WakeUp();
  readonly #tail = new WakeUp();
  readonly #assigned = new WakeUp();
  /** Partitions and terms as last shared; undefined: all is to be claimed anew. */
  #shared: string | undefined;
  readonly #stop = new AbortController();
  readonly #stalls: StallWatch;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: InboxConsumptionOptions) {
    this.#options = options;
    this.#stalls = new StallWatch(options);
  }

  async run(): Promise<void> {
    const { signal } = this.#options.consumption;
    if (signal.aborted) return;
    const stop = (): void => this.#end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all([this.#share(), this.#listen(), this.#watchTails(), this.#trim()]);
    } finally {
      signal.removeEventListener('abort', stop);
      await this.#leave();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  rejoin(): void {
    this.#claimAnew('requested');
  }

  report(positions: readonly StoredPosition[]): void {
    for (const { partition, nextOffset } of positions) {
      const assignment = this.#readers.get(partition)?.assignment;
      if (assignment === undefined) continue;
      assignment.stored = nextOffset;
      this.#showLag(assignment);
    }
  }

  #end(): void {
    for (const { assignment } of this.#readers.values()) assignment.retire();
    for (const reader of this.#readers.values()) reader.wake();
    this.#stop.abort();
    this.#heartbeat.wake();
    this.#tail.wake();
    this.#assigned.wake();
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#failure = { error };
    this.#end();
  }

  async #share(): Promise<void> {
    const { pool } = this.#options;
    await this.#repeat(HEARTBEAT_MS, this.#heartbeat, async () => {
      const leases = await shareInbox(pool, this.#memberId, TIME_TO_LIVE_MS);
      // Without partitions there is nothing to share among any number of members, so nobody set the inbox up.
      if (leases.length === 0) await countInboxPartitions(pool);
      this.#assign(leases);
      this.#findStalled();
    });
  }

  /** Any change is a rebalance: everything that is ours is claimed anew, as with Kafka. */
  #assign(leases: readonly InboxLease[]): void {
    const shared = leases.map(({ partition, term }) => `${partition}:${term}`).join();
    if (this.#stop.signal.aborted || shared === this.#shared) return;
    this.#shared = shared;
    const { logger, consumption, metrics, pool } = this.#options;
    logger.info({ partitions: leases.map(({ partition }) => partition) }, 'partitions of the inbox assigned');
    const before = new Map(this.#readers);
    this.#readers.clear();
    for (const [partition, reader] of before) {
      reader.assignment.retire();
      reader.wake();
      if (!leases.some((lease) => lease.partition === partition)) metrics.lag.remove({ partition });
    }
    for (const { partition } of leases) {
      const assignment = new PartitionAssignment(partition, before.get(partition)?.assignment);
      const reader = new PartitionReader({
        pool,
        assignment,
        consumption,
        logger,
        delivered: (records) => {
          metrics.messages.inc({ outcome: 'delivered' }, records);
          this.#showLag(assignment);
        },
      });
      this.#readers.set(partition, reader);
      reader.run().catch((error: unknown) => {
        if (assignment.current) this.#fail(error);
      });
    }
    this.#assigned.wake();
  }

  #claimAnew(reason: string): void {
    if (this.#shared === undefined || this.#stop.signal.aborted) return;
    this.#options.metrics.rejoins.inc({ reason });
    for (const reader of this.#readers.values()) {
      reader.assignment.retire();
      reader.wake();
    }
    this.#shared = undefined;
    this.#heartbeat.wake();
  }

  #findStalled(): void {
    for (const { assignment } of this.#readers.values()) {
      const { partition, expected, highWatermark, current } = assignment;
      if (!current || !this.#stalls.look(assignment)) continue;
      this.#options.logger.warn(
        { partition, expected, highWatermark },
        'a partition with lag delivers nothing',
      );
      this.#claimAnew('stalled');
      return;
    }
  }

  async #watchTails(): Promise<void> {
    await this.#repeat(POLL_MS, this.#tail, async () => {
      const partitions = [...this.#readers.keys()];
      if (partitions.length === 0) return;
      for (const { partition, high } of await inboxRanges(this.#options.pool, partitions)) {
        const reader = this.#readers.get(partition);
        if (reader === undefined) continue;
        reader.assignment.highWatermark = Math.max(reader.assignment.highWatermark, high);
        this.#showLag(reader.assignment);
        reader.wake();
      }
    });
  }

  async #listen(): Promise<void> {
    const { pool, logger } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const listener = { onRecords: () => this.#tail.wake(), onMembers: () => this.#heartbeat.wake() };
      await listenToInbox(pool, listener, signal).catch((error: unknown) => {
        logger.debug({ err: error }, 'listening to the inbox was interrupted');
      });
      await pause(LISTEN_AGAIN_MS, signal);
    }
  }

  async #trim(): Promise<void> {
    const { pool, topic, retentionMs, logger } = this.#options;
    await this.#repeat(TRIM_EVERY_MS, this.#assigned, async () => {
      for (const partition of this.#readers.keys()) {
        const removed = await trimStored(pool, { topic, partition, olderThanMs: retentionMs });
        if (removed > 0) logger.debug({ partition, removed }, 'stored records left the inbox');
      }
    });
  }

  /** Outages are waited out; other errors end the consumption. */
  async #repeat(everyMs: number, wakeUp: WakeUp, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    const { logger } = this.#options;
    await repeat({ everyMs, wakeUp, signal, logger }, work).catch((error: unknown) => this.#fail(error));
  }

  #showLag({ partition, highWatermark, stored, expected, current }: PartitionAssignment): void {
    if (!current || expected === null) return;
    this.#options.metrics.lag.set({ partition }, Math.max(highWatermark - stored, 0));
  }

  async #leave(): Promise<void> {
    this.#end();
    const settled = [...this.#readers.values()].map(({ assignment }) => assignment.settled());
    await within(SETTLE_TIMEOUT_MS, Promise.all(settled));
    for (const partition of this.#readers.keys()) this.#options.metrics.lag.remove({ partition });
    await within(
      LEAVE_TIMEOUT_MS,
      leaveInbox(this.#options.pool, this.#memberId).catch((error: unknown) => {
        this.#options.logger.debug({ err: error }, 'leaving the inbox failed');
      }),
    );
  }
}
