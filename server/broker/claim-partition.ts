import type { Logger } from 'pino';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { backoffMs, pause } from './deadline.js';
import type { Consumption, StartPosition } from './message-log.js';
import { outOfRange } from './out-of-range.js';
import type { PartitionAssignment } from './partition-assignment.js';

export interface ClaimOptions {
  readonly assignment: PartitionAssignment;
  readonly consumption: Consumption;
  readonly logger: Logger;
  /** For messages: `topic meter-readings`. */
  readonly logName: string;
  /** What was last told to be stored, see {@link Consumption.onAssigned}. Default: nothing is kept of it. */
  reported?(): Promise<ReadonlyMap<number, number>>;
  /** Oldest offset and the one after the newest; undefined when the log doesn't know the partition (yet). */
  range(fresh: boolean): Promise<{ readonly low: number; readonly high: number } | undefined>;
}

/** A broker that has just come back may know less than it has for a moment. */
const LOOKS_BEFORE_REFUSAL = 4;
const BETWEEN_LOOKS_MS = 250;
const NOTHING: ReadonlyMap<number, number> = new Map();

/**
 * Lets the worker claim the partition and finds where to begin. Outages are waited out for as long as the assignment
 * lasts. Resolves false when it ended meanwhile; rejects with LOG_OFFSET_OUT_OF_RANGE or what onAssigned rejects with.
 */
export async function claimPartition(options: ClaimOptions): Promise<boolean> {
  const { assignment, consumption, logName } = options;
  const { partition } = assignment;
  const start = await patiently(options, async () =>
    // Asked before the store: what is told meanwhile is no sign of anything.
    consumption.onAssigned(partition, (await options.reported?.()) ?? NOTHING),
  );
  if (start === undefined) return false;
  for (let look = 1; ; look++) {
    const range = await patiently(options, () => known(options, look > 1));
    if (range === undefined || !assignment.current) return false;
    const next = start.nextOffset ?? range.low;
    if (next >= range.low && next <= range.high) {
      if (start.nextOffset === null && range.low > 0) {
        options.logger.warn(
          { partition, offset: range.low },
          'nothing of this partition is stored, and its oldest records are no longer on the log: begins at what is left',
        );
      }
      assignment.expected = next;
      assignment.stored = next;
      assignment.highWatermark = range.high;
      return true;
    }
    if (look === LOOKS_BEFORE_REFUSAL) throw outOfRange(logName, partition, next, range);
    await pause(BETWEEN_LOOKS_MS, consumption.signal);
  }
}

async function known(options: ClaimOptions, fresh: boolean): Promise<{ low: number; high: number }> {
  const range = await options.range(fresh);
  if (range !== undefined) return range;
  throw new MeterpulseError(
    'LOG_UNAVAILABLE',
    `${options.logName} tells nothing of partition ${options.assignment.partition}`,
  );
}

/** Tries until it works, fails for good, or the assignment is over (undefined). */
async function patiently<T extends StartPosition | { low: number; high: number }>(
  { assignment, consumption, logger }: ClaimOptions,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; assignment.current && !consumption.signal.aborted; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof MeterpulseError) || !error.canRetry) throw error;
      logger.warn(
        { err: error, partition: assignment.partition },
        `claiming a partition failed, trying again: ${error.message}`,
      );
      await pause(backoffMs(failures), consumption.signal);
    }
  }
  return undefined;
}
