import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Ids of the charge points of each site, retired ones too; '' has those without a site. Rejects with DATABASE_UNAVAILABLE. */
export async function readChargePointsOfSites(
  pool: Pool,
  sites: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  try {
    const { rows } = await pool.query<{ site: string; ids: string[] }>(
      'select site, array_agg(id) as ids from charge_points where site = any ($1::text[]) group by site',
      [sites.filter((site) => !site.includes('\0'))],
    );
    return new Map(rows.map(({ site, ids }) => [site, new Set(ids)]));
  } catch (error) {
    throw asOutage(error);
  }
}
