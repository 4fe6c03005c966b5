import { Counter, Gauge, type Registry } from 'prom-client';

interface PoolFigures {
  readonly idleCount: number;
  readonly totalCount: number;
  readonly waitingCount: number;
}

/** Pools that share a registry share its three gauges; each is one label. */
const poolsOf = new WeakMap<Registry, Map<string, PoolFigures>>();

export function createPoolMetrics(registry: Registry, name: string, pool: PoolFigures): void {
  const known = poolsOf.get(registry);
  const pools = known ?? new Map<string, PoolFigures>();
  pools.set(name, pool);
  if (known !== undefined) return;
  poolsOf.set(registry, pools);
  const gauge = (figure: string, help: string, read: (pool: PoolFigures) => number): void => {
    new Gauge({
      name: `meterpulse_pool_${figure}`,
      help,
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        for (const [label, each] of pools) this.set({ pool: label }, read(each));
      },
    });
  };
  gauge('available', 'Open connections that are idle.', (each) => each.idleCount);
  gauge('total', 'Open connections.', (each) => each.totalCount);
  gauge('waiting', 'Requests that wait for a connection.', (each) => each.waitingCount);
}

/** What the sink tells of itself; how long flushes take is the worker's to tell. */
export function createStoreMetrics(registry: Registry) {
  return {
    partitions: new Gauge({
      name: 'meterpulse_store_partition_count',
      help: 'Day partitions of readings, as last seen by this process.',
      registers: [registry],
    }),
    retries: new Counter({
      name: 'meterpulse_store_retries_total',
      help: 'Flushes begun again after a failure, by kind of failure.',
      labelNames: ['failure'],
      registers: [registry],
    }),
    classified: new Counter({
      name: 'meterpulse_store_classified_flushes_total',
      help: 'Flushes in which a reading met a stored one of its key.',
      registers: [registry],
    }),
    misjudged: new Counter({
      name: 'meterpulse_store_misjudged_flushes_total',
      help: 'Flushes begun again since a reading that was taken for new was stored already.',
      registers: [registry],
    }),
    thawed: new Counter({
      name: 'meterpulse_store_thawed_readings_total',
      help: 'Readings of compacted days that became rows again, since a late reading came to their day and series.',
      registers: [registry],
    }),
    signedValues: new Counter({
      name: 'meterpulse_store_signed_values_total',
      help: 'Signed meter values stored beside the readings; those told again are not counted.',
      registers: [registry],
    }),
    chargePointsKnown: new Gauge({
      name: 'meterpulse_store_charge_points_cached',
      help: 'Charge points whose series and transactions this process knows by heart.',
      registers: [registry],
    }),
  };
}

export type StoreMetrics = ReturnType<typeof createStoreMetrics>;
