import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readBacklog, shardsWithMarks } from '../../store/rollups/marks.js';
import { inShard } from '../../store/rollups/shard.js';
import type { Pool } from '../../store/pool.js';
import { createRollupMetrics, type RollupMetrics } from './metrics.js';
import { PassSize } from './pass-size.js';
import { FailedShards, waitMs } from './failed-shards.js';
import { RollupPass } from './rollup-pass.js';

export interface RollupLoopOptions {
  /** One connection is used for computing, another one when metrics are asked for. */
  readonly pool: Pool;
  /** Least time from the end of a round to the begin of the next, ms: changes that come meanwhile are computed together. */
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
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
  private readonly pass = new RollupPass();
  private readonly size = new PassSize();
  private readonly metrics: RollupMetrics;
  private readonly failed = new FailedShards();
  private first = 0;

  constructor(private readonly options: RollupLoopOptions) {
    const { pool, registry } = options;
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

  /** One pass over each shard that has marks. */
  private async round(signal: AbortSignal): Promise<void> {
    const shards = await shardsWithMarks(this.options.pool);
    // Processes begin with different ones.
    this.first += 1;
    for (let index = 0; index < shards.length && !signal.aborted; index++) {
      const shard = shards[(index + this.first) % shards.length];
      if (shard !== undefined && this.failed.mayTry(shard)) await this.tryPassOver(shard);
    }
  }

  /** A shard that fails doesn't keep the others from their turn. */
  private async tryPassOver(shard: number): Promise<void> {
    try {
      await this.passOver(shard);
      this.failed.succeeded(shard);
    } catch (error) {
      const retryInMs = this.failed.failed(shard);
      this.metrics.failed();
      this.options.logger.warn(
        { err: error, shard, retryInMs },
        'aggregates could not be computed; trying again',
      );
    }
  }

  private async passOver(shard: number): Promise<void> {
    const startedAt = performance.now();
    const result = await inShard(this.options.pool, shard, false, (client) =>
      this.pass.ofMarks(client, shard, this.size.buckets),
    );
    if (result === 'busy') return;
    this.size.learn(result);
    this.metrics.passed(result, (performance.now() - startedAt) / 1_000);
  }
}
