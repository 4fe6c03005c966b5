import { hostPortOf } from '../../config/postgres-urls.js';
import { createPoolMetrics } from '../../store/metrics.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createReplicaMetrics } from '../../store/read/replicas/metrics.js';
import { PROBE_TIMEOUT_MS } from '../../store/read/replicas/probe.js';
import { ReadReplicas } from '../../store/read/replicas/read-replicas.js';
import { Replica } from '../../store/read/replicas/replica.js';
import { dataKeys } from './data-keys.js';
import { databaseReadUrls } from './database-url.js';
import type { RoleContext } from './role-context.js';

/** What DATABASE_READ_URLS names, each with a pool of its own; undefined when it is unset. Nothing connects before it runs. */
export function createReadReplicas(
  { config, logger, registry }: RoleContext,
  databaseUrl: string,
): ReadReplicas | undefined {
  const urls = databaseReadUrls(config);
  if (urls === undefined) return undefined;
  const metrics = createReplicaMetrics(registry);
  const replicas = urls.map((url) => {
    const name = hostPortOf(url);
    const pool = createPool({
      url,
      max: config.DATABASE_POOL_MAX,
      applicationName: 'meterpulse-api',
      ...dataKeys(config),
      statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    });
    createPoolMetrics(registry, `meterpulse-api ${name}`, pool);
    return new Replica({ name, pool, probePool: createProbePool(url), logger, metrics });
  });
  return new ReadReplicas({
    replicas,
    primaryProbe: createProbePool(databaseUrl),
    maxLagMs: config.DATABASE_READ_MAX_LAG_MS,
    logger,
    metrics,
  });
}

/** Of one connection, on which one question is under way at most: a watch that waited behind reads would see nothing. */
function createProbePool(url: string): Pool {
  return createPool({
    url,
    max: 1,
    applicationName: 'meterpulse-api-probe',
    statementTimeoutMs: PROBE_TIMEOUT_MS,
    connectTimeoutMs: PROBE_TIMEOUT_MS,
  });
}
