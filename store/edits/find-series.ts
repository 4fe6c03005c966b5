import type { Statements } from '../audit/audited.js';
import { isOfSites } from '../read/visible-charge-points.js';

/** What an edit may name its series by; null: whatever it is. */
export interface SeriesNames {
  readonly chargePointId: string;
  readonly evseId: number | null;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string | null;
  readonly unit: string | null;
}

export interface FoundSeries {
  readonly id: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly location: string;
  readonly unit: string;
}

const MOST = 5;

/** The series that these names fit, a few at most. @param sites only of charge points of these; null: of all. */
export async function findSeries(
  statements: Statements,
  names: SeriesNames,
  sites: readonly string[] | null,
): Promise<FoundSeries[]> {
  const { rows } = await statements.query<FoundSeries>(
    `select s.id, s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.location, s.unit
     from series s
     where s.charge_point_id = $1 and s.connector_id = $2 and s.measurand = $3 and s.phase = $4
       and ($5::integer is null or s.evse_id = $5) and ($6::text is null or s.location = $6)
       and ($7::text is null or s.unit = $7) and ${isOfSites('s.charge_point_id', '$8')}
     order by s.evse_id, s.location, s.unit limit ${MOST}`,
    [
      names.chargePointId,
      names.connectorId,
      names.measurand,
      names.phase,
      names.evseId,
      names.location,
      names.unit,
      sites,
    ],
  );
  return rows;
}

export interface EditedFinding {
  readonly seriesId: number;
  readonly chargePointId: string;
  /** The first instant in doubt, and the last one; ms since 1970 UTC. */
  readonly fromMs: number;
  readonly lastMs: number;
}

/** undefined: there is none of these sites (null: of all). */
export async function readEditedFinding(
  statements: Statements,
  id: number,
  sites: readonly string[] | null,
): Promise<EditedFinding | undefined> {
  const { rows } = await statements.query<EditedFinding>(
    `select f.series_id as "seriesId", s.charge_point_id as "chargePointId",
       floor(extract(epoch from f.from_ts) * 1000)::float8 as "fromMs", floor(extract(epoch from f.to_ts) * 1000)::float8 as "lastMs"
     from findings f join series s on s.id = f.series_id
     where f.id = $1 and ${isOfSites('s.charge_point_id', '$2')}`,
    [id, sites],
  );
  return rows[0];
}
