import {
  openPart,
  rewriteParts,
  sealPart,
  type PlaceInLog,
  type StoredRaw,
} from '../encryption/quarantined-raw.js';
import { eraseFromRows } from './erase-from-rows.js';
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
  from quarantine where id > coalesce($1::bigint, 0) order by id limit ${BATCH_ROWS} for no key update`;

/**
 * Reads all of it, since a part may name people anywhere. The id of a session (OCPP 1.6) is computed from the tag of its Start:
 * an open part with one stays, since sent again without the tag it would begin another session.
 */
export async function eraseFromQuarantine(
  options: ErasureOptions,
  redaction: Redaction,
): Promise<{ readonly erased: number; readonly kept: number }> {
  return eraseFromRows<Row>(options, {
    read: READ,
    batchRows: BATCH_ROWS,
    redact(cipher, stored) {
      const part = openPart(cipher, stored);
      // Each byte a character, and back: what is no UTF-8 stays as it is.
      const encoding = part.raw.equals(Buffer.from(part.raw.toString())) ? 'utf8' : 'latin1';
      const text = part.raw.toString(encoding);
      const left = redaction.jsonText(text);
      const detail = redaction.prose(part.detail);
      if (left === text && detail === part.detail) return null;
      const isOfStart = part.rawKind === 'startTransaction' || text.includes('StartTransaction');
      if (part.isOpen && isOfStart) return 'kept';
      return sealPart(cipher, { ...part, detail, raw: Buffer.from(left, encoding) });
    },
    write: rewriteParts,
  });
}
