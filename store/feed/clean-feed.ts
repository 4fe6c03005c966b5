import { holdingLock } from '../holding-lock.js';
import type { Pool, PoolClient } from '../pool.js';
import { asOutage, codeOf } from '../postgres-error.js';
import { FEED_SEGMENTS, readSegments, type FeedSegment } from './feed-segments.js';

export interface FeedLimits {
  /** Rows are kept for this long, and not much longer. */
  readonly retentionMs: number;
  /** On disk; what is above goes, however young it is. */
  readonly maxBytes: number;
}

export interface FeedCleaning {
  /** Segments that were emptied. */
  readonly emptied: number;
  /** Somebody reads in the oldest segment, a backup for instance, so that it can't be emptied yet. */
  readonly isHeld: boolean;
}

/** Any number that nothing else in this database takes: ASCII of "mp clean". */
const CLEANING_LOCK = '7885838558918173038';
/** Readers and writers of the oldest segment queue behind who wants to empty it: not for long. */
const LOCK_TIMEOUT_MS = 200;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the feed within its limits: empties segments from the oldest on, and begins a new one when the current one has had its
 * share of time or bytes. One process at a time does so, others find nothing to do. Rejects with DATABASE_UNAVAILABLE.
 */
export async function cleanFeed(pool: Pool, limits: FeedLimits): Promise<FeedCleaning> {
  try {
    const cleaning = await holdingLock(pool, CLEANING_LOCK, 'try', (client) => cleanAlone(client, limits));
    return cleaning === 'busy' ? { emptied: 0, isHeld: false } : cleaning;
  } catch (error) {
    throw asOutage(error);
  }
}

async function cleanAlone(client: PoolClient, limits: FeedLimits): Promise<FeedCleaning> {
  let emptied = 0;
  let isHeld = false;
  while (!isHeld) {
    const segments = await readSegments(client);
    const oldest = toEmpty(segments, limits);
    if (oldest !== undefined) {
      isHeld = !(await empty(client, oldest));
      if (!isHeld) emptied += 1;
    } else if (await isToSwitch(client, segments, limits)) {
      await switchTo(client, freeSegment(segments));
    } else break;
  }
  return { emptied, isHeld };
}

/** The oldest segment, when no row in it is kept by the limits; never the one that is written. */
function toEmpty(
  segments: readonly FeedSegment[],
  { retentionMs, maxBytes }: FeedLimits,
): FeedSegment | undefined {
  const [oldest, next] = segments;
  if (oldest === undefined || next === undefined) return undefined;
  const bytes = segments.reduce((sum, each) => sum + each.bytes, 0);
  // Its newest row is older than the begin of the next.
  return next.ageMs > retentionMs || bytes > maxBytes ? oldest : undefined;
}

/** The shares are such that the ring holds what the limits keep: the last but one segment is full when the oldest is let go. */
async function isToSwitch(
  client: PoolClient,
  segments: readonly FeedSegment[],
  { retentionMs, maxBytes }: FeedLimits,
): Promise<boolean> {
  const current = segments.at(-1);
  if (current === undefined || segments.length === FEED_SEGMENTS) return false;
  if (current.bytes < maxBytes / FEED_SEGMENTS && current.ageMs < retentionMs / (FEED_SEGMENTS - 2))
    return false;
  const { rows } = await client.query<{ hasRows: boolean }>('select feed_head() >= $1 as "hasRows"', [
    current.firstPosition,
  ]);
  return rows[0]?.hasRows === true;
}

function freeSegment(segments: readonly FeedSegment[]): number {
  const used = new Set(segments.map(({ segment }) => segment));
  for (let segment = 0; segment < FEED_SEGMENTS; segment++) if (!used.has(segment)) return segment;
  throw new Error('the ring of the feed is full');
}

/** false: somebody holds it. */
async function empty(client: PoolClient, { segment }: FeedSegment): Promise<boolean> {
  try {
    await client.query(
      `begin; set local lock_timeout = ${LOCK_TIMEOUT_MS};
       truncate feed_${segment};
       update feed_segments set first_position = null, began_at = null where segment = ${segment} and not is_current;
       commit`,
    );
    return true;
  } catch (error) {
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    await client.query('rollback');
    return false;
  }
}

/** Waits for commits under way. */
async function switchTo(client: PoolClient, segment: number): Promise<void> {
  await client.query(`select feed_switch(${segment}::smallint)`);
}
