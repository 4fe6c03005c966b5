import { z } from 'zod';
import { loadConfig } from '../../../config/config.js';
import { environmentOf } from '../environment-of.js';
import { deployments, nameOf, ofKind, roleOf, workloads, type Manifest, type Workload } from '../manifest.js';
import type { Rule } from '../rule.js';
import { scalersOf } from '../scalers-of.js';

/** Of a pod, to the primary, beside its pool: for presence and commands, for aggregates, for the feed. */
const BESIDE_POOL: Readonly<Record<string, number>> = { gateway: 3, worker: 2, api: 2, live: 4 };
/** Of superusers, of the operator, of backups, of `migrate`, and of whoever looks. */
const RESERVE = 20;
/** While a rollout is under way each role has one more. */
const SURGE = 1;

const cluster = z.object({
  spec: z.object({ postgresql: z.object({ parameters: z.object({ max_connections: z.string() }) }) }),
});

export const poolsFitTheDatabase: Rule = {
  promise: 'with every role at its maximum, and in a rollout, there are connections of the database for all',
  broken: (manifests) => {
    const limit = maxConnections(manifests);
    if (limit === undefined) return [];
    const counts = deployments(manifests).map((workload) => connectionsOf(workload, manifests));
    const needed = counts.reduce((sum, { connections }) => sum + connections, RESERVE);
    if (needed <= limit) return [];
    const detail = counts.map(({ name, connections }) => `${name} ${connections}`).join(', ');
    return [`the database has ${limit} connections and needs ${needed}: ${detail}, reserve ${RESERVE}`];
  },
};

/** Of the database that the overlay has; undefined where it has none, as with a managed one. */
function maxConnections(manifests: readonly Manifest[]): number | undefined {
  const [made] = ofKind(manifests, 'Cluster');
  if (made !== undefined) return Number(cluster.parse(made.whole).spec.postgresql.parameters.max_connections);
  const own = workloads(manifests).find(({ manifest }) => nameOf(manifest) === 'StatefulSet postgres');
  const given = own?.template.spec.containers.flatMap(({ args }) => args) ?? [];
  const text = given.find((each) => each.startsWith('max_connections='));
  // PostgreSQL's default.
  return own === undefined ? undefined : Number(text?.split('=')[1] ?? 100);
}

function connectionsOf(
  workload: Workload,
  manifests: readonly Manifest[],
): { name: string; connections: number } {
  const role = roleOf(workload);
  const [main] = workload.template.spec.containers;
  const given = main === undefined ? [] : [...environmentOf(main, manifests)];
  const pools = given.filter(([name]) => ['DATABASE_POOL_MAX', 'LIVE_SNAPSHOTS'].includes(name));
  const { config } = loadConfig(Object.fromEntries(pools.map(([name, value]) => [name, value ?? ''])), false);
  const pool = role === 'live' ? config.LIVE_SNAPSHOTS : config.DATABASE_POOL_MAX;
  const most = Math.max(0, ...scalersOf(workload, manifests).map(({ max }) => max));
  return { name: role, connections: (most + SURGE) * (pool + (BESIDE_POOL[role] ?? 0)) };
}
