import type { ChargePoint } from './charge-points.js';
import type { Query } from './read-database.js';

const SQL = `
  select id, label, site, status, created_at as "createdAt", updated_at as "updatedAt", version
  from charge_points
  where id = $1`;

/** One charge point; undefined when the registry has no such id. */
export async function readChargePoint(query: Query, id: string): Promise<ChargePoint | undefined> {
  return (await query<ChargePoint>(SQL, [id]))[0];
}
