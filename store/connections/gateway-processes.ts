import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { GatewayIdentity } from './connection-state.js';

/** A gateway process says this often that it runs, ms. */
export const BEAT_EVERY_MS = 5_000;
/** The connections of a process that was not heard for this long count as lost, s. */
export const LOST_AFTER_S = 20;
/** Rows of processes that ended without a word are kept this long, s. */
export const FORGOTTEN_AFTER_S = 600;

/** Says that this process runs, and forgets those that have been silent for long. Rejects with DATABASE_UNAVAILABLE. */
export async function beat(pool: Pool, gateway: GatewayIdentity, connections: number): Promise<void> {
  try {
    await pool.query(
      `with silent as (
         delete from gateway_processes
         where id <> $1 and seen_at < clock_timestamp() - make_interval(secs => ${FORGOTTEN_AFTER_S})
       )
       insert into gateway_processes (id, host, pid, connections) values ($1, $2, $3, $4)
       on conflict (id) do update set seen_at = clock_timestamp(), connections = excluded.connections`,
      [gateway.id, gateway.host, gateway.pid, connections],
    );
  } catch (error) {
    throw asOutage(error);
  }
}

/** The process ends. What it could not say of its connections any more is lost. Rejects with DATABASE_UNAVAILABLE. */
export async function endProcess(pool: Pool, gateway: GatewayIdentity): Promise<void> {
  try {
    await pool.query('delete from gateway_processes where id = $1', [gateway.id]);
  } catch (error) {
    throw asOutage(error);
  }
}
