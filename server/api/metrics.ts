import { Counter, Histogram, type Registry } from 'prom-client';

export interface ApiMetrics {
  /** From the request's headers to the last byte of the answer. */
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly exportedRows: Counter<'route' | 'format'>;
}

export function createApiMetrics(registry: Registry): ApiMetrics {
  return {
    requestSeconds: new Histogram({
      name: 'meterpulse_api_http_request_seconds',
      help: 'Duration of HTTP requests by route template, method and status; status "aborted": the client left first, "broken_off": an export that failed or met its limits.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    exportedRows: new Counter({
      name: 'meterpulse_api_exported_rows_total',
      help: 'Rows written as CSV or NDJSON, by route template and format.',
      labelNames: ['route', 'format'],
      registers: [registry],
    }),
  };
}
