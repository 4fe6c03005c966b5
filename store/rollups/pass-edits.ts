import type { EditAction } from '../edits/edit-action.js';
import type { PoolClient } from '../pool.js';

/** An edit that holds: it was not undone. */
export interface PassEdit {
  /** Of two that decide about one instant the one with the greater id holds. */
  readonly id: number;
  readonly action: EditAction;
  /** The first instant that it is about, and the first one after it; whole ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of `replace` and `insert`; null: of the others. */
  readonly value: number | null;
  /** The charging session that an inserted value names, by the id of its transaction; null: none. */
  readonly session: number | null;
}

/** The edits of each span's outer buckets, by the span's index; spans without any are left out. One walk of an index a span. */
export async function readEdits(client: PoolClient): Promise<ReadonlyMap<number, readonly PassEdit[]>> {
  const { rows } = await client.query<PassEdit & { readonly ord: number }>(
    `select w.ord, e.id, e.action, (extract(epoch from e.from_ts) * 1000)::float8 as "fromMs",
       (extract(epoch from e.to_ts) * 1000)::float8 as "toMs", e.value, e.transaction_id as session
     from pass_spans w join edits e on e.series_id = w.series_id and e.undone_at is null
       and e.from_ts < w.outer_to and e.to_ts > w.outer_from
     order by w.ord, e.id`,
  );
  const edits = new Map<number, PassEdit[]>();
  for (const { ord, ...edit } of rows) {
    const known = edits.get(ord);
    if (known === undefined) edits.set(ord, [edit]);
    else known.push(edit);
  }
  return edits;
}
