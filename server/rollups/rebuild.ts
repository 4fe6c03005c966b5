import type { Audit, Place } from '../../store/rollups/audit.js';
import { markedSeries } from '../../store/rollups/marks.js';
import { inShard } from '../../store/rollups/shard.js';
import { SHARDS } from '../../store/rollups/shards.js';
import type { Pool, PoolClient } from '../../store/pool.js';
import { knownBucketSpans, lengthMs } from './known-bucket-spans.js';
import { PassSize } from './pass-size.js';
import { bucketSpans, planSpans, type BucketSpan } from './plan-spans.js';
import { RollupPass } from './rollup-pass.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './vee/thresholds.js';

export interface RebuildOptions {
  readonly pool: Pool;
  /** Begin, ms since 1970 UTC; -Infinity: with the first reading there is. Whole 15 minutes are computed. */
  readonly fromMs: number;
  /** End, itself not included; Infinity: with the last one. */
  readonly toMs: number;
  /** null: all. */
  readonly chargePointIds: readonly string[] | null;
  /** Only looks: what differs is left as it is. */
  readonly check: boolean;
  /** What the rules of validation go by; default: as they come. null: they are not asked, and findings are not looked at. */
  readonly thresholds?: Thresholds | null;
  /** Ends after the part under way. */
  readonly signal: AbortSignal;
  /** Called after each part. */
  readonly onProgress: (progress: Rebuilt & { readonly done: number }) => void;
}

export interface Difference extends Place {
  /** Table whose row was other than what the readings say. */
  readonly table: string;
}

export interface Rebuilt {
  /** Series that were computed. */
  readonly series: number;
  /** Readings that were looked at; those beside a span that it depends on count too. */
  readonly readings: number;
  /** Rows that were other than they should be; of 15 minutes and hours, the hours and days that hold such rows. */
  readonly differences: number;
  /** The first ones. */
  readonly examples: readonly Difference[];
  /** Series to which new readings came meanwhile: what differs of them is the rollup loop's to settle, and not counted. */
  readonly unsettled: number;
}

const EXAMPLES = 20;

/** Recomputes aggregates from the readings, and tells where they were other than they should be. */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { pool, signal, onProgress } = options;
  const isStopped = (): boolean => signal.aborted;
  const total = new Tally();
  const { thresholds = DEFAULT_THRESHOLDS } = options;
  const pass = new RollupPass({ thresholds });
  const size = new PassSize();
  for (let shard = 0; shard < SHARDS && !isStopped(); shard++) {
    await settle(pool, shard, pass, size, signal);
    let left = await knownBucketSpans(pool, shard, options);
    const [all, series] = [lengthMs(left), new Set(left.map(({ seriesId }) => seriesId))];
    while (left.length > 0 && !isStopped()) {
      const { now, later } = planSpans(left, size.buckets);
      const found = await inShard(pool, shard, (client) => audited(client, pass, shard, now, options));
      total.add(found);
      size.learn({ readings: found.readings, later: later.length });
      left = bucketSpans(later);
      onProgress({ ...total.sofar, done: (shard + 1 - (all === 0 ? 0 : lengthMs(left) / all)) / SHARDS });
    }
    // What was mended may have told that a register counts in another way: all of it is computed again.
    if (!options.check) await settle(pool, shard, pass, size, signal);
    total.series += series.size;
    onProgress({ ...total.sofar, done: (shard + 1) / SHARDS });
  }
  return total.sofar;
}

interface Part {
  readonly readings: number;
  readonly differences: readonly Difference[];
  readonly unsettled: readonly number[];
}

class Tally {
  series = 0;
  private readings = 0;
  private differences = 0;
  private readonly examples: Difference[] = [];
  private readonly unsettled = new Set<number>();

  get sofar(): Rebuilt {
    const { series, readings, differences, examples, unsettled } = this;
    return { series, readings, differences, examples, unsettled: unsettled.size };
  }

  add({ readings, differences, unsettled }: Part): void {
    this.readings += readings;
    this.differences += differences.length;
    this.examples.push(...differences.slice(0, EXAMPLES - this.examples.length));
    for (const seriesId of unsettled) this.unsettled.add(seriesId);
  }
}

/** What is marked already is no difference: it is computed first, as the loop would. */
async function settle(
  pool: Pool,
  shard: number,
  pass: RollupPass,
  size: PassSize,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const result = await inShard(pool, shard, (client) => pass.ofMarks(client, shard, size.buckets));
    if (result.marks === 0) return;
    size.learn(result);
  }
}

async function audited(
  client: PoolClient,
  pass: RollupPass,
  shard: number,
  spans: readonly BucketSpan[],
  { check }: RebuildOptions,
): Promise<Part> {
  const found: Difference[] = [];
  const audit: Audit = {
    differed: (table, places) => {
      for (const { seriesId, ms } of places) found.push({ table, seriesId, ms });
    },
  };
  if (check) await client.query('savepoint unaudited');
  const { readings } = await pass.ofSpans(client, spans, audit);
  if (check) await client.query('rollback to savepoint unaudited');
  const seriesIds = [...new Set(spans.map(({ seriesId }) => seriesId))];
  // Marks that were made while this ran: each statement sees what was committed before it.
  const marked = await markedSeries(client, shard, seriesIds);
  const differences = found.filter(({ seriesId }) => seriesId === null || !marked.has(seriesId));
  return { readings, differences, unsettled: [...marked] };
}
