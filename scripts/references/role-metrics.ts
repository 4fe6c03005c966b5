import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { loadConfig } from '../../config/config.js';
import { accountingPart } from '../../server/compose/accounting-part.js';
import { createAuditTrail } from '../../server/compose/audit-part.js';
import { createApi, createApiPool } from '../../server/compose/api-part.js';
import { feedUpkeep } from '../../server/compose/feed-upkeep.js';
import { createGateway } from '../../server/compose/gateway-part.js';
import { createGatewayPrimary } from '../../server/compose/gateway-primary-part.js';
import { createLive } from '../../server/compose/live-part.js';
import { logPartitions } from '../../server/compose/log-partitions.js';
import { createMessageLog } from '../../server/compose/message-log.js';
import { createPresence } from '../../server/compose/presence-part.js';
import { createReadReplicas } from '../../server/compose/replicas-part.js';
import type { RoleContext } from '../../server/compose/role-context.js';
import { createRollups } from '../../server/compose/rollups-part.js';
import { createStoreGauges } from '../../server/compose/store-gauges.js';
import { createWorker } from '../../server/compose/worker-part.js';
import { createBuildInfo } from '../../server/observability/build-info.js';
import { createPool } from '../../store/pool.js';

export type RoleName = 'gateway' | 'worker' | 'api' | 'live';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** What a label may be, of those whose series stand from the start: counters by outcome, buckets of histograms. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What prom-client's metrics hold, beyond what it declares. */
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  labelNames: z.array(z.string()).readonly(),
  upperBounds: z.array(z.number()).optional(),
});

/** A role's own metrics, from the registry that server/compose fills when it constructs the role. Nothing connects. */
export const ROLE_METRICS: Readonly<Record<RoleName, () => Promise<DocumentedMetric[]>>> = {
  gateway: () =>
    metricsOf(async (context) => {
      const pool = (): ReturnType<typeof createPool> => createIdlePool(context, 'meterpulse-gateway');
      createGatewayPrimary(context, null);
      const { presence, pool: ownPool } = createPresence(context, NOWHERE);
      const audit = createAuditTrail(context, ownPool, 'gateway');
      const log = await createMessageLog(context, null, pool);
      createGateway(context, log, pool, presence.sessions, audit);
    }),
  worker: () =>
    metricsOf(async (context) => {
      const pool = createIdlePool(context, 'meterpulse-worker');
      const log = await createMessageLog(context, null, () => pool);
      createWorker(context, pool, log);
      accountingPart(context, createRollups(context, NOWHERE).pool);
      feedUpkeep(context, pool);
      createStoreGauges(context.registry, pool);
      logPartitions(context, log);
    }),
  api: () =>
    metricsOf(async (context) => {
      const pool = createApiPool(context, NOWHERE);
      // Opened with the first part that is sent again.
      const log = await createMessageLog(context, null, () => pool);
      const audit = createAuditTrail(context, pool, 'api');
      createApi(context, pool, log, { replicas: createReadReplicas(context, NOWHERE), audit });
    }),
  live: () =>
    metricsOf((context) => {
      createLive(context, NOWHERE);
      return Promise.resolve();
    }),
};

/** A pool connects with its first query, and none is made here. */
const NOWHERE = 'postgres://nowhere';

function createIdlePool({ config, registry }: RoleContext, applicationName: string) {
  return createPool({ url: NOWHERE, max: config.DATABASE_POOL_MAX, applicationName, registry });
}

async function metricsOf(construct: (context: RoleContext) => Promise<void>): Promise<DocumentedMetric[]> {
  const registry = new Registry();
  const { config } = loadConfig({ UNKNOWN_CHARGE_POINTS: 'refuse', DATABASE_READ_URLS: NOWHERE }, false);
  createBuildInfo(registry);
  await construct({ config, logger: pino({ level: 'silent' }), registry });
  return documented(registry);
}

/** What a registry has. */
export async function documented(registry: Registry): Promise<DocumentedMetric[]> {
  const told = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric] as const));
  return registry.getMetricsAsArray().map((metric) => {
    const { name, help, labelNames, upperBounds } = metricSchema.parse(metric);
    const now = told.get(name);
    const values = valuesOf(labelNames, now?.values ?? []);
    if (upperBounds !== undefined) values['le'] = [...upperBounds.map(String), '+Inf'];
    return { name, help, labels: labelNames, type: String(now?.type ?? 'unknown'), values };
  });
}

function valuesOf(
  labels: readonly string[],
  series: readonly { readonly labels: object }[],
): Record<string, readonly string[]> {
  const ofLabel = (label: string): string[] => [
    ...new Set(
      series.flatMap((each) => (label in each.labels ? [String(Reflect.get(each.labels, label))] : [])),
    ),
  ];
  return Object.fromEntries(
    labels.map((label) => [label, ofLabel(label)] as const).filter(([, values]) => values.length > 0),
  );
}
