import { commandPlace } from '../encryption/command-fields.js';
import { fieldsOf } from '../encryption/fields-of.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

export interface ClaimedCommand {
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
  /** Until it expires, as of the claim, ms. */
  readonly remainingMs: number;
}

/**
 * Makes queued commands this gateway process' to send: each is given to one claim at most. Those that are missing are not
 * to be sent: another process has them, or their time is up. Rejects with DATABASE_UNAVAILABLE.
 */
export async function claimCommands(
  pool: Pool,
  gatewayId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ClaimedCommand>> {
  try {
    const { rows } = await pool.query<ClaimedCommand>(
      `update commands set state = 'sent', gateway_id = $1, sent_at = clock_timestamp()
       where id = any ($2::uuid[]) and state = 'queued' and expires_at > clock_timestamp()
       returning id, action, request as payload,
         (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "remainingMs"`,
      [gatewayId, ids],
    );
    const cipher = fieldsOf(pool);
    return new Map(
      rows.map((row) => [
        row.id,
        { ...row, payload: cipher.openJson(commandPlace('request', row.id), row.payload) },
      ]),
    );
  } catch (error) {
    throw asOutage(error);
  }
}
