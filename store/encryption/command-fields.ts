import type { PoolClient } from '../pool.js';
import type { FieldCipher, Place } from './field-cipher.js';

/** What a charge point was asked, and what it answered: all of it may name people. */
export interface CommandFields {
  readonly id: string;
  readonly request: unknown;
  readonly answer: unknown;
  readonly errorDetails: unknown;
  readonly errorDescription: string | null;
}

/** Where it stands. */
export function commandPlace(
  column: 'request' | 'answer' | 'error_description' | 'error_details',
  id: string,
): Place {
  return { column: `commands.${column}`, row: id };
}

/** Of a row of `commands`. Throws DATA_KEY_MISSING or DATA_UNREADABLE. */
export function openCommand<Row extends CommandFields>(cipher: FieldCipher, row: Row): Row {
  return {
    ...row,
    request: cipher.openJson(commandPlace('request', row.id), row.request),
    answer: cipher.openJson(commandPlace('answer', row.id), row.answer),
    errorDetails: cipher.openJson(commandPlace('error_details', row.id), row.errorDetails),
    errorDescription: cipher.open(commandPlace('error_description', row.id), row.errorDescription),
  };
}

/** The same to be stored, JSON as text. What is no JSON at all stays so. */
export function sealCommand<Row extends CommandFields>(cipher: FieldCipher, row: Row): Row {
  const { id, answer, errorDetails, errorDescription } = row;
  return {
    ...row,
    request: cipher.sealJson(commandPlace('request', id), row.request),
    answer: answer === null ? null : cipher.sealJson(commandPlace('answer', id), answer),
    errorDetails:
      errorDetails === null ? null : cipher.sealJson(commandPlace('error_details', id), errorDetails),
    errorDescription: cipher.seal(commandPlace('error_description', id), errorDescription),
  };
}

/** Puts what {@link sealCommand} gave in the place of what is there. */
export async function rewriteCommands(client: PoolClient, sealed: readonly CommandFields[]): Promise<void> {
  await client.query(
    `update commands c set request = u.request::json, answer = u.answer::json, error_details = u.details::json,
       error_description = u.description
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
       as u (id, request, answer, details, description)
     where c.id = u.id`,
    [
      sealed.map(({ id }) => id),
      sealed.map(({ request }) => request),
      sealed.map(({ answer }) => answer),
      sealed.map(({ errorDetails }) => errorDetails),
      sealed.map(({ errorDescription }) => errorDescription),
    ],
  );
}
