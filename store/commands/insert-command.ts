import type { Statements } from '../audit/audited.js';
import { commandPlace } from '../encryption/command-fields.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { asOutage } from '../postgres-error.js';

/** Payload: `{command id} {charge point id}`, to every gateway. */
export const COMMANDS_CHANNEL = 'meterpulse_commands';

export interface NewCommand {
  /** A UUID. */
  readonly id: string;
  readonly chargePointId: string;
  readonly action: string;
  readonly payload: unknown;
  /** From now to the end of the wait for its answer, ms. */
  readonly timeoutMs: number;
}

/** Queues a command and tells the gateways. Rejects with DATABASE_UNAVAILABLE: it may be queued then. */
export async function insertCommand(statements: Statements, command: NewCommand): Promise<void> {
  try {
    await statements.query(
      `with queued as (
         insert into commands (id, charge_point_id, action, request, expires_at)
         values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5::float8 / 1000))
         returning id, charge_point_id
       )
       select pg_notify('${COMMANDS_CHANNEL}', id || ' ' || charge_point_id) from queued`,
      [
        command.id,
        command.chargePointId,
        command.action,
        fieldsOf(statements).sealJson(commandPlace('request', command.id), command.payload),
        command.timeoutMs,
      ],
    );
  } catch (error) {
    throw asOutage(error);
  }
}
