import type { Query } from '../read/read-database.js';

/** Walks the registry once: for what is asked by hand and seldom. */
const SQL = `
  select id from charge_points
  where id <> $1 and (lower(id) = lower($1) or lower(trim(id)) = lower(trim($1))
    or regexp_replace(lower(id), '[^[:alnum:]]', '', 'g') = regexp_replace(lower($1), '[^[:alnum:]]', '', 'g'))
  order by id limit 5`;

/** Ids of the registry that differ from this one by case, blanks or punctuation alone. */
export async function readSimilarIds(query: Query, id: string): Promise<string[]> {
  return (await query<{ id: string }>(SQL, [id])).map((row) => row.id);
}
