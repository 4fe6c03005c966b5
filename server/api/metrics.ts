import { Histogram, type Registry } from 'prom-client';

export interface ApiMetrics {
  /** From the request's headers to the last byte of the answer. */
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
}

export function createApiMetrics(registry: Registry): ApiMetrics {
  return {
    requestSeconds: new Histogram({
      name: 'meterpulse_api_http_request_seconds',
      help: 'Duration of HTTP requests by route template, method and status; status "aborted": the client left first.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
  };
}
