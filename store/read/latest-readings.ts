import type { Query } from './read-database.js';
import { storedReadingColumns, type StoredReading } from './stored-reading.js';

/** What orders the series of one charge point. */
export type SeriesPosition = Pick<
  StoredReading,
  'evseId' | 'connectorId' | 'measurand' | 'phase' | 'location' | 'unit'
>;

export interface LatestQuestion {
  readonly chargePointId: string;
  readonly after: SeriesPosition | undefined;
  readonly limit: number;
}

/** Walks the unique index of series, then one probe of latest_readings each: no reading is scanned. */
const SQL = `
  select ${storedReadingColumns('l')}
  from series s
  join latest_readings l on l.series_id = s.id
  join contexts c on c.id = l.context
  where s.charge_point_id = $1
    and ($2::integer is null
      or (s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit) > ($2, $3::integer, $4::text, $5::text, $6::text, $7::text))
  order by s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit
  limit $8`;

/** The newest reading of each series of a charge point, in the order of {@link SeriesPosition}. */
export function readLatest(query: Query, question: LatestQuestion): Promise<StoredReading[]> {
  const { after } = question;
  return query<StoredReading>(SQL, [
    question.chargePointId,
    after?.evseId ?? null,
    after?.connectorId ?? null,
    after?.measurand ?? null,
    after?.phase ?? null,
    after?.location ?? null,
    after?.unit ?? null,
    question.limit,
  ]);
}
