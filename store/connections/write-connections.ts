import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { ConnectionState, GatewayIdentity } from './connection-state.js';

/** Payload: `{gateway id} {session} {charge point id}`, to the gateway whose open connection another one took over. */
export const REPLACED_CHANNEL = 'meterpulse_replaced';

/**
 * `statement_timestamp()` is when the server received the statement: neither locks nor the clocks of pods move it. Within a
 * process sockets are ordered by their numbers, between processes by the time they connected.
 */
const SQL = `
  with given as (
    select charge_point_id, session, protocol, remote_address, close_reason, vendor, model, serial_number, firmware_version,
      statement_timestamp() - make_interval(secs => connected_age / 1000) as connected_at,
      statement_timestamp() - make_interval(secs => message_age / 1000) as last_message_at,
      statement_timestamp() - make_interval(secs => disconnected_age / 1000) as disconnected_at,
      statement_timestamp() - make_interval(secs => boot_age / 1000) as booted_at
    from unnest($5::text[], $6::bigint[], $7::text[], $8::text[], $9::float8[], $10::float8[], $11::float8[], $12::text[],
      $13::text[], $14::text[], $15::text[], $16::text[], $17::float8[])
      as g (charge_point_id, session, protocol, remote_address, connected_age, message_age, disconnected_age, close_reason,
        vendor, model, serial_number, firmware_version, boot_age)
  ), written as (
    insert into connections as c (charge_point_id, gateway_id, gateway_host, gateway_pid, revision, session, protocol,
      remote_address, connected_at, last_message_at, disconnected_at, close_reason, vendor, model, serial_number,
      firmware_version, booted_at)
    select charge_point_id, $1::uuid, $2, $3::integer, $4::bigint, session, protocol, remote_address, connected_at,
      last_message_at, disconnected_at, close_reason, vendor, model, serial_number, firmware_version, booted_at
    from given
    -- Two gateways lock the rows that they both write in one order.
    order by charge_point_id
    on conflict (charge_point_id) do update set
      gateway_id = excluded.gateway_id,
      gateway_host = excluded.gateway_host,
      gateway_pid = excluded.gateway_pid,
      revision = excluded.revision,
      session = excluded.session,
      protocol = excluded.protocol,
      remote_address = excluded.remote_address,
      connected_at = case when c.gateway_id = excluded.gateway_id and c.session = excluded.session
        then c.connected_at else excluded.connected_at end,
      last_message_at = greatest(c.last_message_at, excluded.last_message_at),
      disconnected_at = excluded.disconnected_at,
      close_reason = excluded.close_reason,
      vendor = case when excluded.booted_at is null then c.vendor else excluded.vendor end,
      model = case when excluded.booted_at is null then c.model else excluded.model end,
      serial_number = case when excluded.booted_at is null then c.serial_number else excluded.serial_number end,
      firmware_version = case when excluded.booted_at is null then c.firmware_version else excluded.firmware_version end,
      booted_at = coalesce(excluded.booted_at, c.booted_at),
      replaced_gateway_id = case when c.gateway_id <> excluded.gateway_id and c.disconnected_at is null then c.gateway_id end,
      replaced_session = case when c.gateway_id <> excluded.gateway_id and c.disconnected_at is null then c.session end
    where case when c.gateway_id = excluded.gateway_id
      then (c.session, c.revision) < (excluded.session, excluded.revision)
      else (c.connected_at, c.gateway_id) < (excluded.connected_at, excluded.gateway_id) end
    returning charge_point_id, replaced_gateway_id, replaced_session
  )
  select charge_point_id as "chargePointId", case when replaced_gateway_id is not null
    then pg_notify('${REPLACED_CHANNEL}', replaced_gateway_id || ' ' || replaced_session || ' ' || charge_point_id) end
  from written`;

/**
 * Writes what a gateway process knows of its charge points, in one statement. An older connection never overwrites a newer
 * one, in whatever order gateways write; the gateway of an open one that is overtaken is notified.
 *
 * @param revision rises with each write of this process.
 * @param states gives each charge point once; asked when the statement is about to be sent, since ages pass.
 * @returns the charge points whose row is this process' now; of the others a newer connection is known. Rejects with
 * DATABASE_UNAVAILABLE.
 */
export async function writeConnections(
  pool: Pool,
  gateway: GatewayIdentity,
  revision: number,
  states: () => readonly ConnectionState[],
): Promise<ReadonlySet<string>> {
  try {
    const client = await pool.connect();
    let failure: unknown = new Error('unfinished');
    try {
      const values = [gateway.id, gateway.host, gateway.pid, revision, ...columnsOf(states())];
      const { rows } = await client.query<{ chargePointId: string }>(SQL, values);
      failure = undefined;
      return new Set(rows.map(({ chargePointId }) => chargePointId));
    } finally {
      client.release(failure !== undefined);
    }
  } catch (error) {
    throw asOutage(error);
  }
}

function columnsOf(states: readonly ConnectionState[]): unknown[][] {
  return [
    states.map(({ chargePointId }) => chargePointId),
    states.map(({ session }) => session),
    states.map(({ protocol }) => protocol),
    states.map(({ remoteAddress }) => remoteAddress),
    states.map(({ connectedAgeMs }) => connectedAgeMs),
    states.map(({ lastMessageAgeMs }) => lastMessageAgeMs),
    states.map(({ disconnectedAgeMs }) => disconnectedAgeMs),
    states.map(({ closeReason }) => closeReason),
    states.map(({ boot }) => boot?.vendor ?? ''),
    states.map(({ boot }) => boot?.model ?? ''),
    states.map(({ boot }) => boot?.serialNumber ?? ''),
    states.map(({ boot }) => boot?.firmwareVersion ?? ''),
    states.map(({ boot }) => boot?.ageMs ?? null),
  ];
}
