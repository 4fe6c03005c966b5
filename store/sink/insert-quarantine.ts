import { fieldsOf } from '../encryption/fields-of.js';
import { sealPart } from '../encryption/quarantined-raw.js';
import type { SinkMessage } from '../reading-sink.js';
import type { Reject } from '../../protocol/reject.js';
import type { PoolClient } from '../pool.js';
import { toStorableKey, toStorableText } from './storable-text.js';

/** A reject with the message it is a part of. */
export interface QuarantineEntry {
  readonly message: SinkMessage;
  readonly reject: Reject;
}

/** Bounds the memory of a statement: raw parts may be frames of a mebibyte each. */
const STATEMENT_BYTES = 8 * 1024 * 1024;

const MAX_PATH = 500;
export const MAX_DETAIL = 500;
export const MAX_ID = 255;

/** What is there already (a replay) stays as it is: unique on the place in the log and the path. */
export async function insertQuarantine(
  client: PoolClient,
  topic: string,
  entries: readonly QuarantineEntry[],
  nowMs: number,
): Promise<void> {
  let begin = 0;
  let bytes = 0;
  for (const [index, { reject }] of entries.entries()) {
    bytes += reject.raw.length;
    if (bytes < STATEMENT_BYTES && index < entries.length - 1) continue;
    await insert(client, topic, entries.slice(begin, index + 1), nowMs);
    begin = index + 1;
    bytes = 0;
  }
}

async function insert(
  client: PoolClient,
  topic: string,
  entries: readonly QuarantineEntry[],
  nowMs: number,
): Promise<void> {
  const text = (value: string | null, max: number): string | null =>
    value === null ? null : toStorableText(value, max);
  const cipher = fieldsOf(client);
  const parts = entries.map(({ message: { partition, offset }, reject }) => {
    const place = { topic, partition, offset, path: toStorableKey(reject.path, MAX_PATH) };
    const detail = toStorableText(reject.detail, MAX_DETAIL);
    return sealPart(cipher, { ...place, detail, raw: Buffer.from(reject.raw) });
  });
  await client.query(
    `insert into quarantine
       (topic, partition, "offset", path, charge_point_id, protocol, message_id, reason, detail, raw, raw_kind, raw_key,
         received_at)
     select $1, partition, "offset", path, charge_point_id, protocol, message_id, reason, detail, raw, raw_kind, raw_key,
       timestamptz 'epoch' + received_ms * interval '1 millisecond'
     from unnest($2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::bytea[], $11::text[], $12::bigint[], $13::text[])
       as u (partition, "offset", path, charge_point_id, protocol, message_id, reason, detail, raw, raw_kind, received_ms,
         raw_key)
     order by partition, "offset", path
     on conflict (topic, partition, "offset", path) do nothing`,
    [
      topic,
      entries.map(({ message }) => message.partition),
      entries.map(({ message }) => message.offset),
      parts.map(({ path }) => path),
      entries.map(({ message }) => text(message.chargePointId, MAX_ID)),
      entries.map(({ message }) => message.protocol),
      entries.map(({ message }) => text(message.messageId, MAX_ID)),
      entries.map(({ reject }) => reject.reason),
      parts.map(({ detail }) => detail),
      parts.map(({ raw }) => raw),
      entries.map(({ reject }) => reject.rawKind),
      entries.map(({ message }) => message.receivedAt ?? nowMs),
      parts.map(({ rawKey }) => rawKey),
    ],
  );
}
