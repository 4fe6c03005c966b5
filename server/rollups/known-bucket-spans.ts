import { readHorizon } from '../../store/retention/horizons.js';
import { readKnownSpans } from '../../store/rollups/series-facts.js';
import type { Pool } from '../../store/pool.js';
import { bucketSpans, type BucketSpan } from './plan-spans.js';

/** What of a range is known of the series of a shard, and may be computed again. */
export async function knownBucketSpans(
  pool: Pool,
  shard: number,
  { fromMs, toMs, chargePointIds }: KnownRange,
): Promise<BucketSpan[]> {
  const client = await pool.connect();
  try {
    const known = await readKnownSpans(client, shard, chargePointIds, {
      fromMs: Math.max(fromMs, await readHorizon(client)),
      toMs,
    });
    return bucketSpans(
      known.map(({ seriesId, firstMs, lastMs }) => ({ seriesId, fromMs: firstMs, toMs: lastMs })),
    );
  } finally {
    client.release();
  }
}

interface KnownRange {
  /** ms since 1970 UTC, or infinite; `toMs` is not included. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null: of all. */
  readonly chargePointIds: readonly string[] | null;
}

/** Of all of them. */
export const lengthMs = (spans: readonly BucketSpan[]): number =>
  spans.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
