import { setTimeout as delay } from 'node:timers/promises';
import { dayOf } from '../partitions.js';
import type { Pool } from '../pool.js';
import { alone } from '../compaction/alone.js';
import { dropAggregates } from './drop-aggregates.js';
import { dropReadings, type DroppedDay } from './drop-readings.js';
import { raiseHorizon, readHorizon, type Resolution } from './horizons.js';

/** Days for which each is kept; null: for ever. */
export type Retention = Readonly<Record<Resolution, number | null>>;

export interface RetainOptions {
  readonly pool: Pool;
  readonly retention: Retention;
  /** Ends after the day that is under way. */
  readonly signal: AbortSignal;
  readonly onDropped?: (dropped: DroppedDay) => void;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface Retained {
  /** Days of readings that went. */
  readonly days: number;
  /** Days that somebody read or wrote all the time: for another run. */
  readonly left: number;
  /** Rows of aggregates that went. */
  readonly aggregates: number;
  /** Whether the horizon stands where it should: not while aggregates before it are still to be computed. */
  readonly isRaised: boolean;
}

const DAY_MS = 86_400_000;
const SETTLE_TRIES = 60;
const SETTLE_MS = 1_000;

/** Drops what is older than it is to be kept. 'busy': another process compacts or
 * drops days right now. Rejects with DATABASE_UNAVAILABLE; what was done stays, and the next run goes on. */
export async function retain(options: RetainOptions): Promise<Retained | 'busy'> {
  return alone(options.pool, () => inTurn(options));
}

async function inTurn(options: RetainOptions): Promise<Retained> {
  const { pool, retention, signal, now = Date.now } = options;
  const today = dayOf(now());
  const isRaised = retention.raw === null || (await settled(pool, (today - retention.raw) * DAY_MS, signal));
  const horizonMs = await readHorizon(pool);
  const { days, left } = Number.isFinite(horizonMs)
    ? await dropReadings(pool, horizonMs, signal, options.onDropped ?? (() => undefined))
    : { days: 0, left: 0 };
  let aggregates = 0;
  for (const resolution of ['15m', '1h', '1d'] as const) {
    const kept = retention[resolution];
    if (kept === null || !Number.isFinite(horizonMs) || signal.aborted) continue;
    const beforeMs = Math.min((today - kept) * DAY_MS, horizonMs);
    aggregates += await dropAggregates(pool, resolution, { beforeMs, horizonMs }, signal);
  }
  return { days, left, aggregates, isRaised };
}

/** Workers compute what is marked; for a minute they are waited for. */
async function settled(pool: Pool, horizonMs: number, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < SETTLE_TRIES && !signal.aborted; tries++) {
    if (await raiseHorizon(pool, horizonMs)) return true;
    await delay(SETTLE_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
