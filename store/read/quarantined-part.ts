import { fieldsOf } from '../encryption/fields-of.js';
import { openPart } from '../encryption/quarantined-raw.js';
import { PART_COLUMNS, type QuarantinedPart, type StoredPart } from './quarantine.js';
import type { Query } from './read-database.js';
import { isOfSites } from './visible-charge-points.js';

const SQL = `select ${PART_COLUMNS} from quarantine q where q.id = $2 and ${isOfSites('q.charge_point_id', '$3')}`;

/**
 * One part with all of its raw; undefined when there is none.
 *
 * @param sites only when its charge point is of one of these; null: also where it has none.
 */
export async function readQuarantinedPart(
  query: Query,
  id: number,
  sites: readonly string[] | null,
): Promise<QuarantinedPart | undefined> {
  const [row] = await query<StoredPart>(SQL, [null, id, sites]);
  return row === undefined ? undefined : openPart(fieldsOf(query), row);
}
