import { inShard } from '../../store/rollups/shard.js';
import { SHARDS } from '../../store/rollups/shards.js';
import type { SeriesFacts } from '../../store/rollups/series-facts.js';
import type { Pool } from '../../store/pool.js';
import { knownBucketSpans, lengthMs } from './known-bucket-spans.js';
import { PassSize } from './pass-size.js';
import { bucketSpans, planSpans } from './plan-spans.js';
import { RollupPass } from './rollup-pass.js';
import type { Finding } from './vee/finding.js';
import type { HearFinding } from './vee/findings-of-pass.js';
import type { Thresholds } from './vee/thresholds.js';

export interface DryRunOptions {
  readonly pool: Pool;
  /** Begin, ms since 1970 UTC; -Infinity: with the first reading there is. */
  readonly fromMs: number;
  /** End, itself not included; Infinity: with the last one. */
  readonly toMs: number;
  /** null: all. */
  readonly chargePointIds: readonly string[] | null;
  readonly thresholds: Thresholds;
  /** Ends after the part under way. */
  readonly signal: AbortSignal;
  /** Called after each part. */
  readonly onProgress: (progress: {
    readonly done: number;
    readonly readings: number;
    readonly findings: number;
  }) => void;
  /** Told of each finding that begins in the range, once, charge points in no order. */
  readonly onFinding: (series: SeriesFacts, finding: Finding) => void;
}

export interface DryRun {
  /** Series that were looked at. */
  readonly series: number;
  /** Readings that were looked at; those beside a span that it depends on count too. */
  readonly readings: number;
}

/** What the rules of validation would find in a range of what is stored, by any thresholds. Writes nothing. */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { pool, signal, thresholds, fromMs, toMs, onProgress, onFinding } = options;
  const heard = new Set<string>();
  let findings = 0;
  // Parts overlap in what they depend on, and so in what they find.
  const hear: HearFinding = (series, finding) => {
    const key = `${series.seriesId}/${finding.rule}/${finding.fromMs}`;
    if (finding.fromMs < fromMs || finding.fromMs >= toMs || heard.has(key)) return;
    heard.add(key);
    findings += 1;
    onFinding(series, finding);
  };
  const pass = new RollupPass({ thresholds, hear });
  const size = new PassSize();
  const all = { series: 0, readings: 0 };
  const isStopped = (): boolean => signal.aborted;
  for (let shard = 0; shard < SHARDS && !isStopped(); shard++) {
    let left = await knownBucketSpans(pool, shard, options);
    all.series += new Set(left.map(({ seriesId }) => seriesId)).size;
    const length = lengthMs(left);
    while (left.length > 0 && !isStopped()) {
      const { now, later } = planSpans(left, size.buckets);
      const { readings } = await inShard(pool, shard, async (client) => {
        await client.query('savepoint before_dry_run');
        const result = await pass.ofSpans(client, now, NOBODY);
        await client.query('rollback to savepoint before_dry_run');
        return result;
      });
      all.readings += readings;
      size.learn({ readings, later: later.length });
      left = bucketSpans(later);
      onProgress({ done: (shard + 1 - lengthMs(left) / length) / SHARDS, readings: all.readings, findings });
    }
    // No series is of two shards.
    heard.clear();
    onProgress({ done: (shard + 1) / SHARDS, readings: all.readings, findings });
  }
  return all;
}

/** With an audit nothing is taken for granted: each hour is looked at, changed or not. */
const NOBODY = { differed: () => undefined };
