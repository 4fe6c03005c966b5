import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites } from './visible-charge-points.js';

export interface EstimateRow {
  readonly seriesId: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly from: Date;
  readonly to: Date;
  readonly fromValue: number;
  readonly toValue: number;
  readonly energy: number;
  readonly method: string;
  readonly version: number;
}

export interface EstimatesQuestion {
  readonly chargePointIds: readonly string[];
  readonly measurand: string | undefined;
  /** Only of these sites; null: of all. */
  readonly sites: readonly string[] | null;
  /** Those of any instant of this time, half-open, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** The last one, ms of its end and its series. */
  readonly before: { readonly toMs: number; readonly seriesId: number } | undefined;
  readonly limit: number;
}

/** Estimates, those that end last first: walks the primary key of each series backwards, up to a page; the heads are then merged. */
export function readEstimates(query: Query, question: EstimatesQuestion): Promise<EstimateRow[]> {
  return query<EstimateRow>(
    `select s.id as "seriesId", s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId",
       s.measurand, s.phase, s.location, s.unit, e.from_ts as "from", e.to_ts as "to", e.from_value as "fromValue",
       e.to_value as "toValue", e.energy, e.method, e.version
     from series s cross join lateral (
       select * from estimates e
       where e.series_id = s.id and ($4::timestamptz is null or e.to_ts > $4)
         and ($5::timestamptz is null or e.from_ts < $5)
         and ($6::timestamptz is null or (e.to_ts, e.series_id) < ($6, $7::integer))
       order by e.to_ts desc limit $8
     ) e
     where s.charge_point_id = any ($1::text[]) and ($2::text is null or s.measurand = $2)
       and ${isOfSites('s.charge_point_id', '$3')}
     order by e.to_ts desc, s.id desc limit $8`,
    [
      question.chargePointIds,
      question.measurand ?? null,
      question.sites,
      timeParameter(question.fromMs),
      timeParameter(question.toMs),
      timeParameter(question.before?.toMs),
      question.before?.seriesId ?? null,
      question.limit,
    ],
  );
}
