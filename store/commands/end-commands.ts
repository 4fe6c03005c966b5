import { commandPlace } from '../encryption/command-fields.js';
import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { CommandEnd } from './command-state.js';

/** Payload: the id of a command that ended. */
export const COMMAND_ENDED_CHANNEL = 'meterpulse_command_ended';

export interface EndedCommand {
  readonly id: string;
  readonly end: CommandEnd;
  /** Whether the call went out to the charge point. */
  readonly wasSent: boolean;
}

/**
 * Writes how commands ended, and tells whoever waits. A command that another process claimed, or that ended before, stays
 * as it is, so that a write may be repeated. Rejects with DATABASE_UNAVAILABLE.
 */
export async function endCommands(
  pool: Pool,
  gatewayId: string,
  ended: readonly EndedCommand[],
): Promise<void> {
  try {
    await pool.query(
      `with given as (
         select * from unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[],
           $9::text[], $10::text[])
           as g (id, state, was_sent, answer, error_code, error_description, error_details, failure, failure_detail)
       ), written as (
         update commands c set state = g.state, gateway_id = $1, ended_at = clock_timestamp(),
           sent_at = case when g.was_sent then c.sent_at end, answer = g.answer::json, error_code = g.error_code,
           error_description = g.error_description, error_details = g.error_details::json, failure = g.failure,
           failure_detail = g.failure_detail
         from given g
         where c.id = g.id and (c.state = 'queued' or c.state = 'sent' and c.gateway_id = $1)
         returning c.id
       )
       select pg_notify('${COMMAND_ENDED_CHANNEL}', id::text) from written`,
      [gatewayId, ...columnsOf(fieldsOf(pool), ended)],
    );
  } catch (error) {
    throw asOutage(error);
  }
}

function columnsOf(cipher: FieldCipher, ended: readonly EndedCommand[]): unknown[][] {
  const ends = ended.map(({ id, end }) => ({ ...end, id }));
  const errors = ends.map((end) => (end.state === 'error' ? end : null));
  const failures = ends.map((end) => (end.state === 'failed' ? end : null));
  return [
    ends.map(({ id }) => id),
    ends.map(({ state }) => state),
    ended.map(({ wasSent }) => wasSent),
    ends.map((end) =>
      end.state === 'answered' ? cipher.sealJson(commandPlace('answer', end.id), end.answer) : null,
    ),
    errors.map((error) => error?.code ?? null),
    errors.map(
      (error) => error && cipher.seal(commandPlace('error_description', error.id), error.description),
    ),
    errors.map((error) => error && cipher.sealJson(commandPlace('error_details', error.id), error.details)),
    failures.map((failure) => failure?.failure ?? null),
    failures.map((failure) => failure?.detail ?? null),
  ];
}
