import type { Query } from './read-database.js';

/** The number that readings carry for a context; undefined when none was ever stored with it. */
export async function readContextId(query: Query, name: string): Promise<number | undefined> {
  const [row] = await query<{ id: number }>('select id::integer from contexts where name = $1', [name]);
  return row?.id;
}
