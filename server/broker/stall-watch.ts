import type { PartitionAssignment } from './partition-assignment.js';

export interface StallWatchOptions {
  /** How long a partition with lag may deliver nothing. */
  readonly stallMs: number;
  /** A monotonic clock in ms; default `performance.now`. */
  readonly now?: () => number;
}

/** What is seen of a partition; the same object as long as the assignment lasts. */
export type WatchedPartition = Pick<PartitionAssignment, 'expected' | 'highWatermark' | 'busy'>;

interface Sighting {
  readonly expected: number;
  seenAt: number;
  idleMs: number;
}

/** A look adds at most this part of the time, so that after an outage in which nobody could look none is enough. */
const LOOKS_TO_STALL = 4;

/**
 * Tells whether a partition stands still although there is something to read: time counts while the worker has no batch
 * of it in hand, and while it is looked at.
 */
export class StallWatch {
  readonly #stallMs: number;
  readonly #now: () => number;
  readonly #sightings = new WeakMap<WatchedPartition, Sighting>();

  constructor({ stallMs, now = () => performance.now() }: StallWatchOptions) {
    this.#stallMs = stallMs;
    this.#now = now;
  }

  /** To be called every `stallMs / 4` or more often. True when the partition was seen to be stalled for `stallMs`. */
  look(partition: WatchedPartition): boolean {
    const { expected, highWatermark, busy } = partition;
    if (expected === null || busy || expected === highWatermark) {
      this.#sightings.delete(partition);
      return false;
    }
    const now = this.#now();
    const last = this.#sightings.get(partition);
    if (last?.expected !== expected) {
      this.#sightings.set(partition, { expected, seenAt: now, idleMs: 0 });
      return false;
    }
    last.idleMs += Math.min(now - last.seenAt, this.#stallMs / LOOKS_TO_STALL);
    last.seenAt = now;
    return last.idleMs >= this.#stallMs;
  }
}
