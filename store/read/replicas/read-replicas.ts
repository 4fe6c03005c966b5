import type { Logger } from 'pino';
import type { Pool } from '../../pool.js';
import type { ReplicaMetrics } from './metrics.js';
import type { Replica } from './replica.js';
import { ReplicaWatch } from './replica-watch.js';

export interface ReadReplicasParts {
  readonly replicas: readonly Replica[];
  /** To the primary, of one connection: for its place in the log. */
  readonly primaryProbe: Pool;
  /** A replica that lags by more is left, ms. */
  readonly maxLagMs: number;
  readonly logger: Logger;
  readonly metrics: ReplicaMetrics;
}

/** The replicas that reads may go to, watched while {@link run} runs. Before that none is fit, and reads go to the primary. */
export class ReadReplicas {
  readonly list: readonly Replica[];
  readonly metrics: ReplicaMetrics;

  constructor(private readonly parts: ReadReplicasParts) {
    this.list = parts.replicas;
    this.metrics = parts.metrics;
  }

  get anyFit(): boolean {
    return this.list.some(({ isFit }) => isFit);
  }

  /** Until the signal. Never rejects: what can't be reached is told to the log, and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { primaryProbe, replicas, maxLagMs, logger } = this.parts;
    await new ReplicaWatch({ primary: primaryProbe, replicas, maxLagMs, logger }).run(signal);
  }

  /** Closes all connections once what is under way has ended. */
  async end(): Promise<void> {
    await Promise.all([this.parts.primaryProbe.end(), ...this.list.map((replica) => replica.end())]);
  }
}
