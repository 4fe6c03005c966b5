import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { GatewayIdentity } from './connection-state.js';

/** A socket of this process, by its charge point and its number. */
export interface HeldSocket {
  readonly chargePointId: string;
  readonly session: number;
}

/**
 * Charge points whose sockets the database doesn't know as open in this process, though they are: another process took them
 * over and its notification was missed, or rows were lost. To be written again, which then tells which. Rejects with
 * DATABASE_UNAVAILABLE.
 */
export async function unknownSockets(
  pool: Pool,
  gateway: GatewayIdentity,
  sockets: readonly HeldSocket[],
): Promise<readonly string[]> {
  try {
    const { rows } = await pool.query<{ id: string }>(
      `select g.charge_point_id as id
       from unnest($2::text[], $3::bigint[]) as g (charge_point_id, session)
       left join connections c on c.charge_point_id = g.charge_point_id
       where c.gateway_id is distinct from $1 or c.session <> g.session or c.disconnected_at is not null`,
      [gateway.id, sockets.map(({ chargePointId }) => chargePointId), sockets.map(({ session }) => session)],
    );
    return rows.map(({ id }) => id);
  } catch (error) {
    throw asOutage(error);
  }
}
