import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const metricsOf = new WeakMap<Registry, LogMetrics>();

/** The metrics of the message log; several logs of one process share them. */
export function createLogMetrics(registry: Registry): LogMetrics {
  const known = metricsOf.get(registry);
  if (known !== undefined) return known;
  const metrics = registerLogMetrics(registry);
  metricsOf.set(registry, metrics);
  return metrics;
}

function registerLogMetrics(registry: Registry) {
  const registers = [registry];
  const metrics = {
    publishSeconds: new Histogram({
      name: 'meterpulse_log_publish_seconds',
      help: 'Time until a write to the message log was durable.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
      registers,
    }),
    /** published + unavailable + too_large: what was to be written; delivered: handed to the worker, repeats included. */
    messages: new Counter({
      name: 'meterpulse_log_messages_total',
      help: 'Messages given to or taken from the message log, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    lag: new Gauge({
      name: 'meterpulse_log_lag_messages',
      help: 'Records of a partition that are on the log and not stored yet, for partitions of this process.',
      labelNames: ['partition'] as const,
      registers,
    }),
    /** requested: by the worker, that lost ownership; stalled: lag without delivery; interrupted: the log was away. */
    rejoins: new Counter({
      name: 'meterpulse_log_rejoins_total',
      help: 'Times that partitions were claimed anew without the group having asked for it, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
  };
  // They stand at 0 from the start: of a series that begins at 1, Prometheus sees no increase.
  for (const outcome of ['published', 'unavailable', 'too_large', 'delivered'])
    metrics.messages.inc({ outcome }, 0);
  for (const reason of ['requested', 'stalled', 'interrupted']) metrics.rejoins.inc({ reason }, 0);
  return metrics;
}

export type LogMetrics = ReturnType<typeof registerLogMetrics>;
