import { countRequests, forgetRequests } from '../../store/limits/count-requests.js';
import type { Pool } from '../../store/pool.js';
import { clientAddress } from '../limits/client-address.js';
import { limitedTotal } from '../limits/limits-metrics.js';
import { RequestLimits } from '../limits/request-limits.js';
import { SharedCounts } from '../limits/shared-counts.js';
import type { RoleContext } from './role-context.js';

/** How often who may ask: one count for all processes, which meet in the database. */
export function createRequestLimits(
  { config, logger, registry }: RoleContext,
  pool: Pool,
  stage: 'api' | 'live',
): RequestLimits {
  const limited = limitedTotal(registry, stage);
  return new RequestLimits({
    counts: new SharedCounts({
      store: { count: (counts) => countRequests(pool, counts), forget: () => forgetRequests(pool) },
      onError: (error) => logger.warn({ err: error }, 'requests are counted by this process alone'),
    }),
    clientAddress: clientAddress(config.TRUSTED_PROXIES),
    perMinute: {
      key: config.LIMIT_KEY_PER_MINUTE,
      site: config.LIMIT_SITE_PER_MINUTE,
      address: config.LIMIT_ADDRESS_PER_MINUTE,
    },
    onLimited: (limit) => limited[limit].inc(),
  });
}
