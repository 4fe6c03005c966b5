import { fieldsOf } from '../encryption/fields-of.js';
import { blindsLiteral, openIdTags, sealIdTags, type IdTags } from '../encryption/id-tags.js';
import { inTransaction } from '../in-transaction.js';
import type { PoolClient } from '../pool.js';
import type { ErasureOptions } from './erasure-options.js';
import type { Redaction } from './redact.js';

const BATCH_ROWS = 500;

/** By the index of hashes. */
const ENCRYPTED = 'select id from transactions where id_tag_blinds && $1::bytea[] order by id';
/** Reads all sessions: what is in clear has no index. */
const IN_CLEAR = `
  select id from transactions
  where lower(id_tag) = any($1::text[]) or lower(stop_id_tag) = any($1) or lower(authorized_id_tag) = any($1)
  order by id`;

interface Row extends IdTags {
  readonly id: number;
}

/** How many sessions named the person. What is told of them again later teaches nobody's tag any more. */
export async function eraseFromTransactions(
  { pool, idTag, dryRun, signal, onProgress }: ErasureOptions,
  redaction: Redaction,
): Promise<number> {
  const blinds = fieldsOf(pool).blinds(idTag);
  const statements: [string, unknown[]][] = [
    // A database of the locale C lowers ASCII letters alone.
    [IN_CLEAR, [[idTag.toLowerCase(), asciiLower(idTag)]]],
    ...(blinds.length === 0 ? [] : [[ENCRYPTED, [blindsLiteral(blinds)]] satisfies [string, unknown[]]]),
  ];
  let erased = 0;
  for (const [text, values] of statements) {
    const ids = (await pool.query<{ id: number }>(text, values)).rows.map(({ id }) => id);
    for (let from = 0; from < ids.length && !signal.aborted; from += BATCH_ROWS) {
      const batch = ids.slice(from, from + BATCH_ROWS);
      erased += await inTransaction(pool, (client) => eraseBatch(client, batch, redaction), {
        keeps: () => !dryRun,
      });
      onProgress(erased);
    }
  }
  return erased;
}

async function eraseBatch(client: PoolClient, ids: readonly number[], redaction: Redaction): Promise<number> {
  const cipher = fieldsOf(client);
  const { rows } = await client.query<Row>(
    `select id, id_tag as "idTag", stop_id_tag as "stopIdTag", authorized_id_tag as "authorizedIdTag"
     from transactions where id = any($1::bigint[]) order by id for no key update`,
    [ids],
  );
  const named = rows.flatMap(({ id, ...stored }) => {
    const tags = openIdTags(cipher, id, stored);
    const left = {
      // A Start that named nobody has ''.
      idTag: redaction.isOf(tags.idTag) ? '' : tags.idTag,
      stopIdTag: redaction.isOf(tags.stopIdTag) ? null : tags.stopIdTag,
      authorizedIdTag: redaction.isOf(tags.authorizedIdTag) ? null : tags.authorizedIdTag,
    };
    const isNamed = Object.values(tags).some((tag: string | null) => redaction.isOf(tag));
    return isNamed ? [{ id, ...sealIdTags(cipher, id, left) }] : [];
  });
  if (named.length === 0) return 0;
  await client.query(
    `update transactions t set id_tag = u.id_tag, stop_id_tag = u.stop_id_tag,
       authorized_id_tag = u.authorized_id_tag, id_tag_blinds = u.blinds::bytea[], erased_at = clock_timestamp()
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
       as u (id, id_tag, stop_id_tag, authorized_id_tag, blinds)
     where t.id = u.id`,
    [
      named.map(({ id }) => id),
      named.map((row) => row.idTag),
      named.map((row) => row.stopIdTag),
      named.map((row) => row.authorizedIdTag),
      named.map(({ blinds }) => blinds),
    ],
  );
  return named.length;
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
