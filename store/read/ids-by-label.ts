import { fieldsOf } from '../encryption/fields-of.js';
import { withLabelOpened } from '../encryption/label.js';
import type { Query } from './read-database.js';

const PAGE_ROWS = 1_000;

const PAGE = `
  select id, label from charge_points
  where ($1::text is null or id > $1) and label <> ''
    and ($2::text is null or site = $2) and status = any($3::text[]) and ($4::text[] is null or site = any($4))
  order by id
  limit ${PAGE_ROWS}`;

interface LabelQuestion {
  readonly search: string;
  /** As those of a list of charge points. */
  readonly site: string | undefined;
  readonly statuses: readonly string[];
  readonly sites: readonly string[] | null;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * The first ids, as many as a page holds, in whose labels a text is, in whatever case: labels that are encrypted are read one
 * by one, some 20 µs each.
 */
export async function readIdsByLabel(
  query: Query,
  { site, statuses, sites, limit, search, ...question }: LabelQuestion,
): Promise<readonly string[]> {
  const cipher = fieldsOf(query);
  const sought = search.toLowerCase();
  const found: string[] = [];
  for (let after = question.after ?? null; ;) {
    const rows: { id: string; label: string }[] = await query(PAGE, [after, site ?? null, statuses, sites]);
    for (const row of rows) {
      if (withLabelOpened(cipher, row).label.toLowerCase().includes(sought)) found.push(row.id);
    }
    if (rows.length < PAGE_ROWS || found.length >= limit) return found.slice(0, limit);
    after = rows.at(-1)?.id ?? null;
  }
}
