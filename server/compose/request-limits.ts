import { countRequests, forgetRequests } from '../../store/limits/count-requests.js';
import type { Pool } from '../../store/pool.js';
import { clientAddress, isAmong } from '../limits/client-address.js';
import { limitedTotal } from '../limits/limits-metrics.js';
import { RequestLimits } from '../limits/request-limits.js';
import { SharedCounts } from '../limits/shared-counts.js';
import type { RoleContext } from './role-context.js';

/** How often who may ask: one count for all processes, which meet in the database. */
export function createRequestLimits(
  { config, logger, registry }: RoleContext,
  pool: Pool,
  stage: 'api' | 'live' | 'gateway',
): RequestLimits {
  // A gateway has a metric of its own for all of its limits.
  const limited = stage === 'gateway' ? null : limitedTotal(registry, stage);
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
    messagesPerMinute: config.LIMIT_MESSAGES_PER_MINUTE,
    isProxy: isAmong(config.TRUSTED_PROXIES),
    onLimited: (limit) => limited?.[limit].inc(),
  });
}

/** Where nobody is known, and so nobody counted: whose word on addresses counts, and nothing else. Needs no database. */
export function trustedProxies({ config }: Pick<RoleContext, 'config'>): RequestLimits {
  return new RequestLimits({
    counts: { take: () => null, run: () => Promise.resolve() },
    clientAddress: clientAddress(config.TRUSTED_PROXIES),
    isProxy: isAmong(config.TRUSTED_PROXIES),
    perMinute: { key: 0, site: 0, address: 0 },
    onLimited: () => undefined,
  });
}
