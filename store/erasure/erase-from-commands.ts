import { commandPlace } from '../encryption/command-fields.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { inTransaction } from '../in-transaction.js';
import type { ErasureOptions } from './erasure-options.js';
import type { Redaction } from './redact.js';

const BATCH_ROWS = 500;

interface Row {
  readonly id: string;
  readonly isOpen: boolean;
  readonly request: unknown;
  readonly answer: unknown;
  readonly details: unknown;
  readonly description: string | null;
}

const READ = `
  select id, state in ('queued', 'sent') as "isOpen", request, answer, error_details as details,
    error_description as description
  from commands where ($1::uuid is null or id > $1) order by id limit ${BATCH_ROWS} for no key update`;

const WRITE = `
  update commands c set request = u.request::json, answer = u.answer::json, error_details = u.details::json,
    error_description = u.description
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
    as u (id, request, answer, details, description)
  where c.id = u.id`;

/** Reads all commands, since they may name people anywhere. One that is under way stays: it would say something else. */
export async function eraseFromCommands(
  { pool, dryRun, signal, onProgress }: ErasureOptions,
  redaction: Redaction,
): Promise<{ readonly erased: number; readonly kept: number }> {
  const cipher = fieldsOf(pool);
  let erased = 0;
  let kept = 0;
  for (let after: string | null = null; !signal.aborted;) {
    const last: string | null = await inTransaction(
      pool,
      async (client) => {
        const { rows } = await client.query<Row>(READ, [after]);
        const named = rows.flatMap((row) => {
          const places = placesOf(row.id);
          const request = cipher.openJson(places.request, row.request);
          const answer = cipher.openJson(places.answer, row.answer);
          const details = cipher.openJson(places.details, row.details);
          const description = cipher.open(places.description, row.description);
          const left = {
            request: redaction.json(request),
            answer: redaction.json(answer),
            details: redaction.json(details),
            description: description === null ? null : redaction.prose(description),
          };
          const isNamed =
            left.request !== request ||
            left.answer !== answer ||
            left.details !== details ||
            left.description !== description;
          if (isNamed && row.isOpen) kept += 1;
          return isNamed && !row.isOpen ? [{ id: row.id, places, ...left }] : [];
        });
        erased += named.length;
        if (named.length > 0) {
          await client.query(WRITE, [
            named.map(({ id }) => id),
            named.map(({ places, request }) => cipher.sealJson(places.request, request)),
            named.map(({ places, answer }) =>
              answer === null ? null : cipher.sealJson(places.answer, answer),
            ),
            named.map(({ places, details }) =>
              details === null ? null : cipher.sealJson(places.details, details),
            ),
            named.map(({ places, description }) => cipher.seal(places.description, description)),
          ]);
        }
        return rows.length < BATCH_ROWS ? null : (rows.at(-1)?.id ?? null);
      },
      { keeps: () => !dryRun },
    );
    onProgress(erased);
    if (last === null) break;
    after = last;
  }
  return { erased, kept };
}

function placesOf(id: string) {
  return {
    request: commandPlace('request', id),
    answer: commandPlace('answer', id),
    details: commandPlace('error_details', id),
    description: commandPlace('error_description', id),
  };
}
