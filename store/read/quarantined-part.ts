import { PART_COLUMNS, type QuarantinedPart } from './quarantine.js';
import type { Query } from './read-database.js';

const SQL = `select ${PART_COLUMNS} from quarantine q where q.id = $2`;

/** One part with all of its raw; undefined when there is none. */
export async function readQuarantinedPart(query: Query, id: number): Promise<QuarantinedPart | undefined> {
  return (await query<QuarantinedPart>(SQL, [null, id]))[0];
}
