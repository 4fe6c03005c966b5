import { Counter, Gauge, type Registry } from 'prom-client';

export interface PrimaryMetrics {
  readonly restarts: Counter;
  readonly renewals: Counter<'outcome'>;
}

/** @param processes that accept connections; read when it is asked for. */
export function createPrimaryMetrics(registry: Registry, processes: () => number): PrimaryMetrics {
  const registers = [registry];
  new Gauge({
    name: 'meterpulse_gateway_processes',
    help: 'Gateway processes that accept connections.',
    registers,
    collect() {
      this.set(processes());
    },
  });
  return {
    restarts: new Counter({
      name: 'meterpulse_gateway_restarts_total',
      help: 'Gateway processes started again after they had ended by themselves.',
      registers,
    }),
    renewals: new Counter({
      name: 'meterpulse_gateway_renewals_total',
      help: 'Gateway processes replaced at SIGHUP, by whether the new one came up.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}
