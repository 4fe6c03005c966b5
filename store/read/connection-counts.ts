import { LOST_AFTER_S } from '../connections/gateway-processes.js';
import { STATE_SQL } from './connections.js';
import type { Query } from './read-database.js';
import { isOfSites } from './visible-charge-points.js';

interface Counts {
  readonly connected: number;
  readonly disconnected: number;
  readonly lost: number;
}

export interface ProtocolCounts extends Counts {
  readonly protocol: string;
}

export interface ModelCounts extends Counts {
  readonly vendor: string;
  readonly model: string;
}

export interface GatewayCounts {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly isAlive: boolean;
  readonly connected: number;
}

export interface ConnectionCounts {
  readonly byProtocol: readonly ProtocolCounts[];
  /** The most frequent first; the others are left out. */
  readonly byModel: readonly ModelCounts[];
  readonly gateways: readonly GatewayCounts[];
}

const MAX_MODELS = 100;

const COUNTS = ['connected', 'disconnected', 'lost']
  .map((state) => `count(*) filter (where state = '${state}')::integer as ${state}`)
  .join(', ');

const STATES = `
  select ${STATE_SQL} as state, c.protocol, c.vendor, c.model
  from connections c left join gateway_processes p on p.id = c.gateway_id
  where ${isOfSites('c.charge_point_id', '$1')}`;

const BY_PROTOCOL = `select protocol, ${COUNTS} from (${STATES}) s group by protocol order by protocol`;

const BY_MODEL = `
  select vendor, model, ${COUNTS} from (${STATES}) s
  group by vendor, model order by count(*) desc, vendor, model limit ${MAX_MODELS}`;

const GATEWAYS = `
  select p.id, p.host, p.pid, p.started_at as "startedAt", p.seen_at as "seenAt",
    p.seen_at > now() - make_interval(secs => ${LOST_AFTER_S}) as "isAlive",
    coalesce(o.connected, 0) as connected
  from gateway_processes p
  left join (
    select gateway_id, count(*)::integer as connected from connections where disconnected_at is null group by gateway_id
  ) o on o.gateway_id = p.id
  order by p.host, p.pid, p.id`;

/**
 * How many charge points are connected, by protocol, by model, and by gateway process. Reads all of `connections`.
 *
 * @param sites only charge points of these, and no gateways, which are nobody's; null: of all.
 */
export async function readConnectionCounts(
  query: Query,
  sites: readonly string[] | null,
): Promise<ConnectionCounts> {
  const byProtocol = await query<ProtocolCounts>(BY_PROTOCOL, [sites]);
  const byModel = await query<ModelCounts>(BY_MODEL, [sites]);
  const gateways = sites === null ? await query<GatewayCounts>(GATEWAYS) : [];
  return { byProtocol, byModel, gateways };
}
