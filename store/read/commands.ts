import type { CommandFailure, CommandState } from '../commands/command-state.js';
import { openCommand } from '../encryption/command-fields.js';
import { fieldsOf } from '../encryption/fields-of.js';
import type { Query } from './read-database.js';

export interface CommandRow {
  readonly id: string;
  readonly chargePointId: string;
  readonly action: string;
  readonly request: unknown;
  /** One whose time is up has ended, whether somebody wrote it down already or not. */
  readonly state: CommandState;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly sentAt: Date | null;
  readonly endedAt: Date | null;
  readonly gatewayId: string | null;
  readonly answer: unknown;
  readonly errorCode: string | null;
  readonly errorDescription: string | null;
  readonly errorDetails: unknown;
  readonly failure: CommandFailure | null;
  readonly failureDetail: string | null;
  /** Time of the request in µs since 1970: the place in the list, finer than a Date. */
  readonly requestedAtUs: number;
}

const SELECT = `
  select id, charge_point_id as "chargePointId", action, request,
    case when state = 'queued' and expires_at <= now() then 'expired'
      when state = 'sent' and expires_at <= now() then 'timed_out' else state end as state,
    requested_at as "requestedAt", expires_at as "expiresAt", sent_at as "sentAt",
    case when state in ('queued', 'sent') and expires_at <= now() then expires_at else ended_at end as "endedAt",
    gateway_id as "gatewayId", answer, error_code as "errorCode", error_description as "errorDescription",
    error_details as "errorDetails", failure, failure_detail as "failureDetail",
    (extract(epoch from requested_at) * 1000000)::bigint as "requestedAtUs"
  from commands`;

/** One command of a charge point; undefined when there is none of this id. */
export async function readCommand(
  query: Query,
  chargePointId: string,
  id: string,
): Promise<CommandRow | undefined> {
  return (await read(query, `${SELECT} where id = $1 and charge_point_id = $2`, [id, chargePointId]))[0];
}

async function read(query: Query, text: string, values: readonly unknown[]): Promise<CommandRow[]> {
  return (await query<CommandRow>(text, values)).map((row) => openCommand(fieldsOf(query), row));
}

export interface CommandsQuestion {
  readonly chargePointId: string;
  readonly after: { readonly requestedAtUs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Walks commands_by_charge_point backwards. */
const LIST = `${SELECT}
  where charge_point_id = $1
    and ($2::bigint is null or (requested_at, id) < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid))
  order by requested_at desc, id desc
  limit $4`;

/** Commands of a charge point, the newest first. */
export function readCommands(query: Query, question: CommandsQuestion): Promise<CommandRow[]> {
  const { chargePointId, after, limit } = question;
  return read(query, LIST, [chargePointId, after?.requestedAtUs ?? null, after?.id ?? null, limit]);
}

/** Which of these commands have ended. */
export async function readEnded(query: Query, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await query<{ id: string }>(
    `select id from commands where id = any ($1::uuid[]) and state not in ('queued', 'sent')`,
    [ids],
  );
  return rows.map(({ id }) => id);
}
