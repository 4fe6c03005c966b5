import { LOST_AFTER_S } from '../connections/gateway-processes.js';
import type { Query } from './read-database.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

/** `lost`: its gateway process fell silent without saying that the connection ended. */
export const CONNECTION_STATES = ['connected', 'disconnected', 'lost'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** The newest connection of a charge point. */
export interface ConnectionRow {
  readonly chargePointId: string;
  readonly state: ConnectionState;
  readonly protocol: string;
  readonly gatewayId: string;
  readonly gatewayHost: string;
  readonly gatewayPid: number;
  readonly remoteAddress: string;
  readonly connectedAt: Date;
  readonly lastMessageAt: Date | null;
  readonly disconnectedAt: Date | null;
  readonly closeReason: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
  readonly bootedAt: Date | null;
  /** Id of the command whose answer is waited for. */
  readonly outstandingCommand: string | null;
}

/** Of `connections c` joined with `gateway_processes p`. */
export const STATE_SQL = `
  case when c.disconnected_at is not null then 'disconnected'
    when p.seen_at > now() - make_interval(secs => ${LOST_AFTER_S}) then 'connected'
    else 'lost' end`;

const COLUMNS = `
  c.charge_point_id as "chargePointId", ${STATE_SQL} as state, c.protocol, c.gateway_id as "gatewayId",
  c.gateway_host as "gatewayHost", c.gateway_pid as "gatewayPid", c.remote_address as "remoteAddress",
  c.connected_at as "connectedAt", c.last_message_at as "lastMessageAt", c.disconnected_at as "disconnectedAt",
  c.close_reason as "closeReason", c.vendor, c.model, c.serial_number as "serialNumber",
  c.firmware_version as "firmwareVersion", c.booted_at as "bootedAt",
  (select id from commands
   where charge_point_id = c.charge_point_id and state = 'sent' and expires_at > now() order by requested_at desc limit 1)
    as "outstandingCommand"`;

const ONE = `
  select ${COLUMNS}
  from connections c left join gateway_processes p on p.id = c.gateway_id
  where c.charge_point_id = $1 and ${isOfSites('c.charge_point_id', '$2')}`;

/**
 * The newest connection of a charge point; undefined: it has never connected.
 *
 * @param sites only when it is of one of these; null: of any, and where the registry doesn't have it.
 */
export async function readConnection(
  query: Query,
  chargePointId: string,
  sites: readonly string[] | null,
): Promise<ConnectionRow | undefined> {
  return (await query<ConnectionRow>(ONE, [chargePointId, sites]))[0];
}

export interface ConnectionsQuestion extends Visible {
  readonly state: ConnectionState | undefined;
  readonly protocol: string | undefined;
  readonly gatewayId: string | undefined;
  readonly vendor: string | undefined;
  readonly model: string | undefined;
  /** Only charge points after this one; undefined: from the first. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Walks the primary key. `$1 is null` is folded away: the statement is planned for its values. */
const LIST = `
  select ${COLUMNS}
  from connections c left join gateway_processes p on p.id = c.gateway_id
  where ($1::text is null or c.charge_point_id > $1)
    and ($2::text is null or ${STATE_SQL} = $2)
    and ($3::text is null or c.protocol = $3)
    and ($4::uuid is null or c.gateway_id = $4)
    and ($5::text is null or c.vendor = $5)
    and ($6::text is null or c.model = $6)
    and ($7::text[] is null or c.charge_point_id = any ($7))
    and ${isOfSites('c.charge_point_id', '$9')}
  order by c.charge_point_id
  limit $8`;

/** Newest connections in the order of the ids of charge points. */
export function readConnections(query: Query, question: ConnectionsQuestion): Promise<ConnectionRow[]> {
  const { after, state, protocol, gatewayId, vendor, model, chargePointIds, sites, limit } = question;
  return query<ConnectionRow>(LIST, [
    after ?? null,
    state ?? null,
    protocol ?? null,
    gatewayId ?? null,
    vendor ?? null,
    model ?? null,
    chargePointIds ?? null,
    limit,
    sites,
  ]);
}
