import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pool } from '../../pool.js';
import { messageOf } from '../../postgres-error.js';
import { probePrimary, probeReplica } from './probe.js';
import type { Replica } from './replica.js';
import { judgeReplica, unreachable, type ReplicaAnswer, type Watched } from './verdict.js';
import { WalHistory } from './wal-history.js';

export interface ReplicaWatchParts {
  /** To the primary, of one connection. */
  readonly primary: Pool;
  readonly replicas: readonly Replica[];
  /** A replica that lags by more is left, ms. */
  readonly maxLagMs: number;
  readonly logger: Logger;
}

const EVERY_MS = 1_000;
/** A short limit is watched more often: between two rounds a replica's age grows unseen. */
const ROUNDS_IN_LIMIT = 5;
/** A lag beyond this and the limit is not told apart any more. */
const KEPT_MS = 600_000;

/**
 * Asks the primary where its log is and each replica how far it has come, about every second.
 *
 * While the primary can't be asked nothing newer is known to exist, so the clock of the lag stops at its last answer: a replica
 * that was fit stays fit, and reads go on from what there is.
 */
export class ReplicaWatch {
  private readonly history: WalHistory;
  private readonly everyMs: number;
  private readonly underWay = new Set<Replica>();
  private systemId: string | undefined;
  private primaryAnswers = true;

  constructor(private readonly parts: ReplicaWatchParts) {
    this.history = new WalHistory(Math.max(KEPT_MS, 2 * parts.maxLagMs));
    this.everyMs = Math.min(EVERY_MS, parts.maxLagMs / ROUNDS_IN_LIMIT);
  }

  /** Resolves at the signal: what is under way then ends by itself, within the time limit of a probe. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await settledOrAborted(this.samplePrimary(), signal);
      // Not waited for: one that hangs holds up neither the others nor the next sample.
      for (const replica of this.parts.replicas) void this.ask(replica, signal);
      await delay(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async samplePrimary(): Promise<void> {
    const { primary, logger } = this.parts;
    const atMs = performance.now();
    try {
      const { lsn, systemId } = await probePrimary(primary);
      this.history.add({ atMs, lsn });
      this.systemId = systemId;
      if (!this.primaryAnswers) logger.info('the primary answers again: the lag of replicas is known');
      this.primaryAnswers = true;
    } catch (error) {
      if (this.primaryAnswers)
        logger.warn(
          `the primary can't be asked for its log, so replicas are judged as of its last answer: ${messageOf(error)}`,
        );
      this.primaryAnswers = false;
    }
  }

  private async ask(replica: Replica, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.underWay.has(replica)) return;
    this.underWay.add(replica);
    const found = await probeReplica(replica.probePool).then(
      (answer) => judgeReplica(answer, this.watched(answer), this.parts.maxLagMs),
      unreachable,
    );
    this.underWay.delete(replica);
    replica.judge(found);
  }

  private watched({ replayed }: ReplicaAnswer): Watched {
    const { oldestAtMs = 0, newestAtMs = 0 } = this.history;
    const asOfMs = this.primaryAnswers ? performance.now() : newestAtMs;
    return {
      systemId: this.systemId,
      lagMs: this.history.lagMs(replayed ?? 0n, asOfMs),
      watchedMs: oldestAtMs === 0 ? 0 : asOfMs - oldestAtMs,
    };
  }
}

/** Leaves nothing on the signal, unlike a race against one promise of its abort: that would grow by a reaction each round. */
function settledOrAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      signal.removeEventListener('abort', settle);
      resolve();
    };
    signal.addEventListener('abort', settle);
    void work.finally(settle);
  });
}
