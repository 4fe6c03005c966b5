import type { Query } from './read-database.js';

/** The sites of these charge points; '' is none. Those that the registry doesn't have are left out. */
export async function readSitesOf(
  query: Query,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await query<{ id: string; site: string }>(
    'select id, site from charge_points where id = any ($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, site }) => [id, site]));
}
