import { eraseFromRows } from './erase-from-rows.js';
import type { ErasureOptions } from './erasure-options.js';
import type { Redaction } from './redact.js';

const BATCH_ROWS = 500;

interface Row {
  readonly id: number;
  readonly reason: string;
  readonly undoneReason: string | null;
}

const READ = `
  select id, reason, undone_reason as "undoneReason"
  from edits where ($1::bigint is null or id > $1) order by id limit ${BATCH_ROWS} for no key update`;

/** Operators should name nobody in their reasons, and some will. */
export async function eraseFromEdits(options: ErasureOptions, redaction: Redaction): Promise<number> {
  const { erased } = await eraseFromRows<Row>(options, {
    read: READ,
    batchRows: BATCH_ROWS,
    redact(_cipher, row) {
      const reason = redaction.words(row.reason);
      const undoneReason = row.undoneReason === null ? null : redaction.words(row.undoneReason);
      return reason === row.reason && undoneReason === row.undoneReason
        ? null
        : { ...row, reason, undoneReason };
    },
    write: async (client, rows) => {
      await client.query(
        `update edits e set reason = u.reason, undone_reason = u.undone_reason
         from unnest($1::bigint[], $2::text[], $3::text[]) as u (id, reason, undone_reason) where e.id = u.id`,
        [
          rows.map(({ id }) => id),
          rows.map(({ reason }) => reason),
          rows.map(({ undoneReason }) => undoneReason),
        ],
      );
    },
  });
  return erased;
}
