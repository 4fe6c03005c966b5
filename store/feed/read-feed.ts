import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { withLabelOpened } from '../encryption/label.js';
import type { Query } from '../read/read-database.js';
import type { ChargePointPayload, ChargePointRow, FeedRow } from './feed-row.js';

export type FeedRead =
  | {
      readonly kind: 'rows';
      /** What follows the cursor, without a gap; [] when nothing does yet. */
      readonly rows: readonly FeedRow[];
      /** There may be more than these. */
      readonly hasMore: boolean;
      /** When the row at the cursor was committed, as `committedAtMs`; null: it isn't there (any more). */
      readonly cursorCommittedAtMs: number | null;
    }
  /** What follows the cursor was cleaned away. */
  | { readonly kind: 'expired' }
  /** The cursor is newer than the feed, as after the database was restored from a backup. */
  | { readonly kind: 'unknown' };

/** A page ends with the row that brings its payloads to this many bytes; a row may be larger by itself. */
const MAX_BYTES = 4 * 1024 * 1024;

type Row =
  | ({ readonly base: number; readonly pageRows: number } & FeedRow)
  | { readonly base: number; readonly position: null };

/**
 * Plan: one probe of the segments' primary keys each (Merge Append, Limit), whatever they hold. The limit is written out, since a
 * prepared statement is planned without its values, and would sort a feed that it thinks it reads a tenth of.
 *
 * The row at the cursor is read along, without its payload: where it is, or the next one is, nothing lies between.
 */
const statement = (limit: number): string => `
  select s.base, f.position, f.committed_ms as "committedAtMs", f.kind, f.payload,
    f.page_rows::integer as "pageRows"
  from (select first_position - 1 as base from feed_segments where is_current) s
  left join lateral (
    select *, sum(bytes) over (order by position) - bytes as bytes_before, count(*) over () as page_rows
    from (
      select position, extract(epoch from committed_at)::float8 * 1000 as committed_ms, kind,
        case when position > $1 then payload end as payload,
        case when position > $1 then pg_column_size(payload) else 0 end as bytes
      from feed where position >= $1
      order by position
      limit ${limit + 1}) page
  ) f on f.bytes_before < ${MAX_BYTES}
  order by f.position`;

/**
 * What follows the position `after`, at most `limit` rows and some megabytes. One statement: it holds what it says of one
 * moment, in a transaction or outside of one.
 *
 * @param after 0: from the very first.
 */
export async function readFeed(query: Query, after: number, limit: number): Promise<FeedRead> {
  const { text, values } = feedStatement(after, limit);
  const found = await query<Row>(text, values);
  const [first] = found;
  if (first === undefined) throw new Error('the feed has no current segment');
  if (first.position === null) return ofNothing(after, first.base);
  if (first.position > after + 1) return { kind: 'expired' };
  // Only ever the oldest are cleaned away, even while they are read: a gap further on would be damage.
  const last = found.at(-1);
  if (last?.position !== first.position + found.length - 1) return { kind: 'expired' };
  const cipher = fieldsOf(query);
  const rows = found.flatMap((row) =>
    row.position === null || row.position === after ? [] : [rowOf(cipher, row)],
  );
  return {
    kind: 'rows',
    rows,
    hasMore: found.length < first.pageRows || rows.length >= limit,
    cursorCommittedAtMs: first.position === after ? first.committedAtMs : null,
  };
}

/** The statement itself, so that its plan can be looked at. */
export function feedStatement(after: number, limit: number): { text: string; values: unknown[] } {
  return { text: statement(Math.trunc(limit)), values: [after] };
}

/** Nothing from the cursor on: then the current segment is empty (and `base` the head), or ends before the cursor. */
function ofNothing(after: number, base: number): FeedRead {
  if (after === base) {
    return { kind: 'rows', rows: [], hasMore: false, cursorCommittedAtMs: null };
  }
  return { kind: after < base ? 'expired' : 'unknown' };
}

/** Without what only the statement needed, and in clear. */
function rowOf(cipher: FieldCipher, row: FeedRow): FeedRow {
  const { position, committedAtMs } = row;
  if (row.kind === 'readings') return { position, committedAtMs, kind: row.kind, payload: row.payload };
  return { position, committedAtMs, kind: row.kind, payload: opened(cipher, row.payload) };
}

function opened(cipher: FieldCipher, payload: ChargePointPayload): ChargePointPayload {
  const open = (row: ChargePointRow): ChargePointRow => withLabelOpened(cipher, row);
  switch (payload.op) {
    case 'insert':
      return { ...payload, new: open(payload.new) };
    case 'update':
      return { ...payload, old: open(payload.old), new: open(payload.new) };
    case 'delete':
      return { ...payload, old: open(payload.old) };
  }
}
