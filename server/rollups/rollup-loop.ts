import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readBacklog, shardsWithMarks } from '../../store/rollups/marks.js';
import { inFreeShards } from '../../store/rollups/shard.js';
import type { Pool } from '../../store/pool.js';
import { createRollupMetrics, type RollupMetrics } from './metrics.js';
import { PassSize } from './pass-size.js';
import { FailedShards, waitMs } from './failed-shards.js';
import { RollupPass } from './rollup-pass.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './vee/thresholds.js';

export interface RollupLoopOptions {
  /** One connection is used for computing, another one when metrics are asked for. */
  readonly pool: Pool;
  /** Least time from the end of a round to the begin of the next, ms: changes that come meanwhile are computed together. */
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
  /** What the rules of validation go by; default: as they come. null: they are not asked. */
  readonly thresholds?: Thresholds | null;
}

/** A round is followed by a rest of this many times its length: storing readings comes first. */
const REST = 1;
/** A rest is never longer, ms. */
const LONGEST_REST_MS = 30_000;

/**
 * Keeps the aggregates true: round after round over the shards that have marks. Any number of processes run one; a shard is
 * computed by one of them at a time.
 */
export class RollupLoop {
  private readonly pass: RollupPass;
  private readonly size = new PassSize();
  private readonly metrics: RollupMetrics;
  private readonly failed = new FailedShards();
  private first = 0;

  constructor(private readonly options: RollupLoopOptions) {
    const { pool, registry, thresholds = DEFAULT_THRESHOLDS } = options;
    this.pass = new RollupPass({ thresholds });
    this.metrics = createRollupMetrics(registry, () => readBacklog(pool));
  }

  /** Until the signal; the pass under way is ended. A failure is logged and what was marked is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs, logger } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      try {
        await this.round(signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.metrics.failed();
        logger.warn({ err: error }, 'what is to be aggregated could not be read; trying again');
      }
      const tookMs = performance.now() - startedAt;
      const restMs = Math.max(intervalMs, tookMs * REST, failures === 0 ? 0 : waitMs(failures));
      await delay(Math.min(restMs, LONGEST_REST_MS), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Each shard that has marks is in one pass. */
  private async round(signal: AbortSignal): Promise<void> {
    const shards = await shardsWithMarks(this.options.pool);
    // Processes begin with different ones.
    this.first += 1;
    const begin = this.first % Math.max(1, shards.length);
    const waiting = [...shards.slice(begin), ...shards.slice(0, begin)].filter((shard) =>
      this.failed.mayTry(shard),
    );
    while (waiting.length > 0 && !signal.aborted) {
      await this.tryPassOver(waiting.splice(0, this.size.shards), signal);
    }
  }

  /** A shard that fails doesn't keep the others from their turn: they are tried one by one. */
  private async tryPassOver(shards: readonly number[], signal: AbortSignal): Promise<void> {
    try {
      await this.passOver(shards);
      for (const shard of shards) this.failed.succeeded(shard);
    } catch (error) {
      const [shard, ...others] = shards;
      if (shard === undefined || signal.aborted) return;
      if (others.length > 0) {
        for (const each of shards) await this.tryPassOver([each], signal);
        return;
      }
      const retryInMs = this.failed.failed(shard);
      this.metrics.failed();
      this.options.logger.warn(
        { err: error, shard, retryInMs },
        'aggregates could not be computed; trying again',
      );
    }
  }

  private async passOver(shards: readonly number[]): Promise<void> {
    const startedAt = performance.now();
    const result = await inFreeShards(this.options.pool, shards, (client, free) =>
      this.pass.ofMarks(client, free, this.size.buckets),
    );
    if (result === 'busy') return;
    this.size.learn(result);
    this.metrics.passed(result, (performance.now() - startedAt) / 1_000);
  }
}
