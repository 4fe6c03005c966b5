import { fieldsOf } from '../encryption/fields-of.js';
import { openPart } from '../encryption/quarantined-raw.js';
import { PART_COLUMNS, type QuarantinedPart, type StoredPart } from '../read/quarantine.js';
import type { Query } from '../read/read-database.js';

export interface LogPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Plan: the unique index on (topic, partition, offset, path). */
const SQL = `
  select ${PART_COLUMNS}
  from unnest($3::integer[], $4::bigint[]) as asked (partition, place)
  join quarantine q on q.topic = $2 and q.partition = asked.partition and q."offset" = asked.place
  order by q.partition, q."offset", q.path
  limit $5`;

export interface QuarantinedAtQuestion {
  readonly topic: string;
  readonly places: readonly LogPlace[];
  readonly maxRawBytes: number;
  readonly limit: number;
}

/** What was kept in quarantine of some records of the log. */
export async function readQuarantinedAt(
  query: Query,
  question: QuarantinedAtQuestion,
): Promise<QuarantinedPart[]> {
  const { topic, places, maxRawBytes, limit } = question;
  const rows = await query<StoredPart>(SQL, [
    maxRawBytes,
    topic,
    places.map(({ partition }) => partition),
    places.map(({ offset }) => offset),
    limit,
  ]);
  return rows.map((row) => openPart(fieldsOf(query), row, maxRawBytes));
}
