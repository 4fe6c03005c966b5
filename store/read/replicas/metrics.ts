import { Counter, Gauge, type Registry } from 'prom-client';

export interface ReplicaMetrics {
  readonly fit: Gauge<'replica'>;
  readonly lagSeconds: Gauge<'replica'>;
  readonly reads: Counter<'route'>;
  readonly failovers: Counter<'replica' | 'cause'>;
}

/** `replica` is host:port. Only where DATABASE_READ_URLS is set. */
export function createReplicaMetrics(registry: Registry): ReplicaMetrics {
  return {
    fit: new Gauge({
      name: 'meterpulse_replica_fit',
      help: '1 while reads go to the replica, 0 while it is unreachable, too far behind or no standby of the primary.',
      labelNames: ['replica'],
      registers: [registry],
    }),
    lagSeconds: new Gauge({
      name: 'meterpulse_replica_lag_seconds',
      help: 'How old the replica is at most, as of its last answer; +Inf when it is further behind than this process has watched.',
      labelNames: ['replica'],
      registers: [registry],
    }),
    reads: new Counter({
      name: 'meterpulse_replica_reads_total',
      help: 'Runs of reads by where they ran: "primary", or the replica as host:port; a read that is run again counts again.',
      labelNames: ['route'],
      registers: [registry],
    }),
    failovers: new Counter({
      name: 'meterpulse_replica_failovers_total',
      help: 'Reads that failed on a replica and were run again elsewhere, by cause: lost, busy, conflict with recovery, behind the schema, cancelled.',
      labelNames: ['replica', 'cause'],
      registers: [registry],
    }),
  };
}
