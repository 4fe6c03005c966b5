import type { Query } from '../read/read-database.js';

/** The site of each charge point that has one, retired ones included: they may still send what they had buffered. */
export async function readSites(query: Query): Promise<(readonly [id: string, site: string])[]> {
  const rows = await query<{ id: string; site: string }>(
    "select id, site from charge_points where site <> ''",
  );
  return rows.map(({ id, site }) => [id, site] as const);
}
