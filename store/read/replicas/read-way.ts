import type { Pool, PoolClient } from '../../pool.js';
import { chooseReplica } from './choose-replica.js';
import { failoverCause, isOurOwn, type FailoverCause } from './failover-cause.js';
import type { ReadReplicas } from './read-replicas.js';
import type { Replica } from './replica.js';
import { unreachable } from './verdict.js';

/** A connection for one run of a read. */
export interface Lease {
  readonly client: PoolClient;
  /** To be told of the run's failure: whether the same read, if nothing of it was delivered, may run again elsewhere. */
  failed(error: unknown): boolean;
  /** Gives the connection back, or up when `destroy`. */
  release(destroy: boolean): void;
}

/** Where one read runs: on replicas, each at most once, and at last on the primary. */
export class ReadWay {
  private readonly tried = new Set<Replica>();
  private primaryOnly = false;
  /** Counted when the read does go on elsewhere: one that has delivered rows does not. */
  private left: { readonly replica: string; readonly cause: FailoverCause } | undefined;

  constructor(
    private readonly primary: Pool,
    private readonly replicas: ReadReplicas | undefined,
  ) {}

  /** Passes replicas that can't be connected to. Rejects when the primary can't. */
  async lease(): Promise<Lease> {
    for (let replica = this.next(); replica !== undefined; replica = this.next()) {
      const lease = await this.leaseOf(replica);
      if (lease !== undefined) return lease;
    }
    this.replicas?.metrics.reads.inc({ route: 'primary' });
    const client = await this.primary.connect();
    return { client, failed: () => false, release: (destroy) => client.release(destroy) };
  }

  private next(): Replica | undefined {
    if (this.replicas === undefined) return undefined;
    if (this.left !== undefined) this.replicas.metrics.failovers.inc(this.left);
    this.left = undefined;
    if (this.primaryOnly) return undefined;
    const replica = chooseReplica(this.replicas.list, this.tried);
    if (replica !== undefined) this.tried.add(replica);
    return replica;
  }

  private async leaseOf(replica: Replica): Promise<Lease | undefined> {
    replica.underWay++;
    const client = await replica.pool.connect().catch((error: unknown) => {
      replica.underWay--;
      this.leave(replica, replica.isFull ? 'busy' : (failoverCause(error) ?? 'lost'), error);
    });
    if (client === undefined) return undefined;
    this.replicas?.metrics.reads.inc({ route: replica.name });
    // A session that is ended while it is idle in its transaction says why in an event; the next statement doesn't know.
    let ended: unknown;
    const onError = (error: unknown): void => void (ended ??= error);
    client.on('error', onError);
    return {
      client,
      failed: (error) => {
        const cause = isOurOwn(ended) ? undefined : (failoverCause(ended) ?? failoverCause(error));
        if (cause !== undefined) this.leave(replica, cause, error);
        return cause !== undefined;
      },
      release: (destroy) => {
        client.off('error', onError);
        replica.underWay--;
        client.release(destroy);
      },
    };
  }

  private leave(replica: Replica, cause: FailoverCause, error: unknown): void {
    if (cause === 'lost') replica.judge(unreachable(error));
    if (cause === 'conflict' || cause === 'behind') this.primaryOnly = true;
    this.left = { replica: replica.name, cause };
  }
}
