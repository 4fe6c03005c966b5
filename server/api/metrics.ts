import type { AnswerCacheOptions } from '../../controllers/answer-cache.js';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ApiMetrics {
  /** From the request's headers to the last byte of the answer. */
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly exportedRows: Counter<'route' | 'format'>;
  readonly cacheRequests: Counter<'resource' | 'outcome'>;
  readonly cacheBytes: Gauge;
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
    cacheRequests: new Counter({
      name: 'meterpulse_api_cache_requests_total',
      help: 'Pages of energy and aggregates by resource and outcome: "hit" from memory, "miss" not kept, "stale" changed since it was kept, "joined" being made for another request already, "unchanged" answered 304.',
      labelNames: ['resource', 'outcome'],
      registers: [registry],
    }),
    cacheBytes: new Gauge({
      name: 'meterpulse_api_cache_bytes',
      help: 'Bytes of the answers that are kept, of API_CACHE_MB.',
      registers: [registry],
    }),
  };
}

/** Counts what becomes of the requests to a cache. */
export function cacheObserver({ cacheRequests, cacheBytes }: ApiMetrics): AnswerCacheOptions['onRequest'] {
  return (resource, outcome, bytes) => {
    cacheRequests.inc({ resource, outcome });
    cacheBytes.set(bytes);
  };
}
