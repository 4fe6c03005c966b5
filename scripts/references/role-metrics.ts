import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { loadConfig } from '../../config/config.js';
import { createApi, createApiPool } from '../../server/compose/api-part.js';
import { feedUpkeep } from '../../server/compose/feed-upkeep.js';
import { createGateway } from '../../server/compose/gateway-part.js';
import { createGatewayPrimary } from '../../server/compose/gateway-primary-part.js';
import { createLive } from '../../server/compose/live-part.js';
import { createMessageLog } from '../../server/compose/message-log.js';
import { createPresence } from '../../server/compose/presence-part.js';
import { createReadReplicas } from '../../server/compose/replicas-part.js';
import type { RoleContext } from '../../server/compose/role-context.js';
import { createRollups } from '../../server/compose/rollups-part.js';
import { createWorker } from '../../server/compose/worker-part.js';
import { createPool } from '../../store/pool.js';

export type RoleName = 'gateway' | 'worker' | 'api' | 'live';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** What prom-client's metrics hold, beyond what it declares. */
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  labelNames: z.array(z.string()).readonly(),
});

/** A role's own metrics, from the registry that server/compose fills when it constructs the role. Nothing connects. */
export const ROLE_METRICS: Readonly<Record<RoleName, () => Promise<DocumentedMetric[]>>> = {
  gateway: () =>
    metricsOf(async (context) => {
      const pool = (): ReturnType<typeof createPool> => createIdlePool(context, 'meterpulse-gateway');
      createGatewayPrimary(context, null);
      const { sessions } = createPresence(context, NOWHERE).presence;
      createGateway(context, await createMessageLog(context, null, pool), pool, sessions);
    }),
  worker: () =>
    metricsOf(async (context) => {
      const pool = createIdlePool(context, 'meterpulse-worker');
      createWorker(context, pool, await createMessageLog(context, null, () => pool));
      createRollups(context, NOWHERE);
      feedUpkeep(context, pool);
    }),
  api: () =>
    metricsOf(async (context) => {
      const pool = createApiPool(context, NOWHERE);
      // Opened with the first part that is sent again.
      const log = await createMessageLog(context, null, () => pool);
      createApi(context, pool, log, { replicas: createReadReplicas(context, NOWHERE) });
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
  await construct({ config, logger: pino({ level: 'silent' }), registry });
  const types = new Map(
    (await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)] as const),
  );
  return registry.getMetricsAsArray().map((metric) => {
    const { name, help, labelNames } = metricSchema.parse(metric);
    return { name, help, labels: labelNames, type: types.get(name) ?? 'unknown' };
  });
}
