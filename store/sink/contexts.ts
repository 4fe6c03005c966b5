import type { Pool } from '../pool.js';
import { findOrAdd, type Found } from './find-or-add.js';

/** Their ids are smallint: beyond this many, a new name is refused instead of making every later flush fail. */
const CONTEXTS_MAX = 30_000;

/** Ids of these contexts, none of them twice; undefined for new ones beyond the limit. */
export async function idsOfContexts(pool: Pool, wanted: readonly string[]): Promise<(number | undefined)[]> {
  return findOrAdd(
    wanted,
    async (names) =>
      (
        await pool.query<Found>(
          'select u.index, c.id from unnest($1::text[]) with ordinality as u (name, index) join contexts c using (name)',
          [names],
        )
      ).rows,
    (names) =>
      // max(id), not count(*): ids are also used up by additions that met one of another process.
      pool.query(
        `insert into contexts (name)
         select name from (
           select name from unnest($1::text[]) as u (name) order by name
           limit greatest(0, $2 - (select max(id) from contexts))
         ) fitting
         on conflict do nothing`,
        [names, CONTEXTS_MAX],
      ),
  );
}
