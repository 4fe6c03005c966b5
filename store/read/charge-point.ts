import { fieldsOf } from '../encryption/fields-of.js';
import { withLabelOpened } from '../encryption/label.js';
import { CHARGE_POINT_COLUMNS, type ChargePoint } from './charge-points.js';
import type { Query } from './read-database.js';

const SQL = `
  select ${CHARGE_POINT_COLUMNS}
  from charge_points
  where id = $1 and ($2::text[] is null or site = any($2))`;

/**
 * One charge point; undefined when the registry has no such id.
 *
 * @param sites only when it is of one of these; null: of any.
 */
export async function readChargePoint(
  query: Query,
  id: string,
  sites: readonly string[] | null,
): Promise<ChargePoint | undefined> {
  const [row] = await query<ChargePoint>(SQL, [id, sites]);
  return row === undefined ? undefined : withLabelOpened(fieldsOf(query), row);
}
