import type { Logger } from 'pino';
import type { Pool } from '../../pool.js';
import type { ReplicaMetrics } from './metrics.js';
import type { Unfitness, Verdict } from './verdict.js';

export interface ReplicaParts {
  /** host:port, as logs and metrics show it: the URL has a password. */
  readonly name: string;
  /** For reads. */
  readonly pool: Pool;
  /** Of one connection: a probe never waits for a slow read. */
  readonly probePool: Pool;
  readonly logger: Logger;
  readonly metrics: ReplicaMetrics;
}

/** One replica: its connections, its reads under way, and whether it is fit. Each change of that is told once. */
export class Replica {
  readonly name: string;
  readonly pool: Pool;
  readonly probePool: Pool;
  underWay = 0;
  private state: 'fit' | Unfitness = 'unknown';

  constructor(private readonly parts: ReplicaParts) {
    this.name = parts.name;
    this.pool = parts.pool;
    this.probePool = parts.probePool;
    parts.metrics.fit.set({ replica: this.name }, 0);
  }

  get isFit(): boolean {
    return this.state === 'fit';
  }

  /** Every connection for reads is in use. */
  get isFull(): boolean {
    return this.pool.idleCount === 0 && this.pool.totalCount >= this.pool.options.max;
  }

  /** What a probe or a read found. */
  judge(verdict: Verdict): void {
    const { metrics } = this.parts;
    metrics.fit.set({ replica: this.name }, verdict.fit ? 1 : 0);
    if (verdict.lagMs === undefined) metrics.lagSeconds.remove({ replica: this.name });
    else metrics.lagSeconds.set({ replica: this.name }, verdict.lagMs / 1000);
    const state = verdict.fit ? 'fit' : verdict.why;
    if (state === this.state) return;
    this.state = state;
    this.tell(verdict);
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), this.probePool.end()]);
  }

  private tell(verdict: Verdict): void {
    const { logger } = this.parts;
    if (verdict.fit)
      logger.info({ replica: this.name, lagMs: Math.round(verdict.lagMs) }, 'reads go to the replica');
    else
      logger.warn(
        { replica: this.name, why: verdict.why },
        `the replica is not read from: ${verdict.detail}`,
      );
  }
}
