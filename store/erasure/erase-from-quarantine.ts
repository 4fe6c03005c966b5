import { fieldsOf } from '../encryption/fields-of.js';
import {
  detailPlace,
  openPart,
  sealRaw,
  type PlaceInLog,
  type StoredRaw,
} from '../encryption/quarantined-raw.js';
import { inTransaction } from '../in-transaction.js';
import type { ErasureOptions } from './erasure-options.js';
import type { Redaction } from './redact.js';

/** Parts may have a mebibyte each. */
const BATCH_ROWS = 20;

interface Row extends PlaceInLog, StoredRaw {
  readonly id: number;
  readonly isOpen: boolean;
  readonly rawKind: string | null;
}

const READ = `
  select id, status = 'open' as "isOpen", raw_kind as "rawKind", topic, partition, "offset", path, detail, raw,
    octet_length(raw) as "rawBytes", raw_key as "rawKey"
  from quarantine where id > $1 order by id limit ${BATCH_ROWS} for no key update`;

const WRITE = `
  update quarantine q set raw = u.raw, raw_key = u.raw_key, detail = u.detail
  from unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[]) as u (id, raw, raw_key, detail)
  where q.id = u.id`;

/**
 * Reads all of it, since a part may name people anywhere. The id of a session (OCPP 1.6) is computed from the tag of its Start:
 * an open part with one stays, since sent again without the tag it would begin another session.
 */
export async function eraseFromQuarantine(
  { pool, dryRun, signal, onProgress }: ErasureOptions,
  redaction: Redaction,
): Promise<{ readonly erased: number; readonly kept: number }> {
  const cipher = fieldsOf(pool);
  let erased = 0;
  let kept = 0;
  for (let after: number | null = 0; after !== null && !signal.aborted;) {
    const from: number = after;
    after = await inTransaction(
      pool,
      async (client) => {
        const { rows } = await client.query<Row>(READ, [from]);
        const named = rows.flatMap((row) => {
          const part = openPart(cipher, row);
          // Each byte a character, and back: what is no UTF-8 stays as it is.
          const isText = part.raw.equals(Buffer.from(part.raw.toString()));
          const text = part.raw.toString(isText ? 'utf8' : 'latin1');
          const left = { text: redaction.jsonText(text), detail: redaction.prose(part.detail) };
          if (left.text === text && left.detail === part.detail) return [];
          if (row.isOpen && (row.rawKind === 'startTransaction' || text.includes('StartTransaction'))) {
            kept += 1;
            return [];
          }
          const raw = sealRaw(cipher, row, Buffer.from(left.text, isText ? 'utf8' : 'latin1'));
          return [{ id: row.id, raw, detail: cipher.seal(detailPlace(row), left.detail) }];
        });
        erased += named.length;
        if (named.length > 0) {
          await client.query(WRITE, [
            named.map(({ id }) => id),
            named.map(({ raw }) => raw.bytes),
            named.map(({ raw }) => raw.keyId),
            named.map(({ detail }) => detail),
          ]);
        }
        return rows.length < BATCH_ROWS ? null : (rows.at(-1)?.id ?? null);
      },
      { keeps: () => !dryRun },
    );
    onProgress(erased);
  }
  return { erased, kept };
}
