import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readBacklog, shardsWithMarks } from '../../store/rollups/marks.js';
import { inShard } from '../../store/rollups/shard.js';
import type { Pool } from '../../store/pool.js';
import { createRollupMetrics, type RollupMetrics } from './metrics.js';
import { PassSize } from './pass-size.js';
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
  private first = 0;

  constructor(private readonly options: RollupLoopOptions) {
    const { pool, registry } = options;
    this.metrics = createRollupMetrics(registry, () => readBacklog(pool));
  }

  /** Until the signal; the pass under way is ended. A failure is logged and what was marked is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      await this.round(signal).catch((error: unknown) => {
        this.metrics.failed();
        this.options.logger.warn({ err: error }, 'aggregates could not be computed; trying again');
      });
      const tookMs = performance.now() - startedAt;
      const restMs = Math.min(Math.max(this.options.intervalMs, tookMs * REST), LONGEST_REST_MS);
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One pass over each shard that has marks. */
  private async round(signal: AbortSignal): Promise<void> {
    const shards = await shardsWithMarks(this.options.pool);
    // Processes begin with different ones, and a shard that always fails doesn't keep the others from their turn.
    this.first += 1;
    for (let index = 0; index < shards.length && !signal.aborted; index++) {
      const shard = shards[(index + this.first) % shards.length];
      if (shard !== undefined) await this.passOver(shard);
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
