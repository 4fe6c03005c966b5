import type { PoolClient } from '../pool.js';
import { toStorableText } from '../sink/storable-text.js';
import type { AuditEntry } from './audit-entry.js';

/** Of a name that somebody else has chosen, characters. */
const MAX_NAME = 300;
/** Of a text in the details. */
const MAX_DETAIL = 1_000;

const SQL = `
  insert into audit (at, until, count, action, outcome, actor, actor_kind, subject, address, source, request_id, detail)
  select clock_timestamp() - make_interval(secs => ago / 1000),
    clock_timestamp() - make_interval(secs => until_ago / 1000),
    count, action, outcome, actor, actor_kind, subject, address, source, request_id, detail::jsonb
  from unnest($1::float8[], $2::float8[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[])
    with ordinality as e (ago, until_ago, count, action, outcome, actor, actor_kind, subject, address, source,
      request_id, detail, place)
  order by place`;

/** Adds entries in one statement, within the transaction of `client` if it has one. Rejects with what PostgreSQL says. */
export async function insertAudit(
  client: Pick<PoolClient, 'query'>,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await client.query(SQL, [
    entries.map(({ agoMs = 0 }) => agoMs),
    entries.map(({ untilAgoMs = null }) => untilAgoMs),
    entries.map(({ count = 1 }) => count),
    entries.map(({ action }) => action),
    entries.map(({ outcome }) => outcome),
    entries.map(({ actor }) => storable(actor)),
    entries.map(({ actorKind }) => actorKind),
    entries.map(({ subject }) => storable(subject)),
    entries.map(({ address }) => storable(address)),
    entries.map(({ source }) => source),
    entries.map(({ requestId }) => storable(requestId)),
    entries.map(({ detail = {} }) => JSON.stringify(detail, storableDetail)),
  ]);
}

/** Whatever somebody calls themselves, it is no reason for the entry to fail. */
function storable(text: string | null): string | null {
  return text === null ? null : toStorableText(text, MAX_NAME);
}

function storableDetail(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? toStorableText(value, MAX_DETAIL) : value;
}
