import { Counter, type Registry } from 'prom-client';
import { countersBy, type CountersBy } from '../observability/counters-by.js';
import { REQUEST_LIMITS, type RequestLimit } from './request-limits.js';

/** Requests to the API, or handshakes of the live feed, that were refused, by the limit. */
export function limitedTotal(registry: Registry, stage: 'api' | 'live'): CountersBy<RequestLimit> {
  const counter = new Counter({
    name: `meterpulse_${stage}_limited_total`,
    help: `${stage === 'api' ? 'Requests' : 'Handshakes'} answered 429, by the limit that they were beyond: "key", "site" or "address".`,
    labelNames: ['limit'],
    registers: [registry],
  });
  return countersBy(REQUEST_LIMITS, (limit) => counter.labels(limit));
}
