import { dayOf, isoDate } from '../partitions.js';
import type { Query } from './read-database.js';
import type { Run } from './rollup-runs.js';

/** Where samples are, of a series: from the first to the last one of a bucket, ms since 1970 UTC. */
export interface SampledSpan {
  readonly seriesId: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A charging session within a range. */
export interface SessionSpan {
  readonly evseId: number;
  readonly connectorId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const ms = (time: string): string => `(extract(epoch from ${time}) * 1000)::float8`;

/** By series, in the order of time. Expected plan: ranges of the primary key of `rollup_15m`. */
export function readSampledSpans(
  query: Query,
  seriesIds: readonly number[],
  { fromMs, toMs }: Run,
): Promise<SampledSpan[]> {
  return query<SampledSpan>(
    `select r.series_id as "seriesId", ${ms('r.first_ts')} as "firstMs", ${ms('r.last_ts')} as "lastMs"
     from unnest($1::integer[]) as s (id) cross join lateral (
       select series_id, bucket, first_ts, last_ts from rollup_15m
       where series_id = s.id and bucket >= $2::timestamptz and bucket < $3::timestamptz and count > 0
       order by bucket offset 0
     ) r`,
    [seriesIds, new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
  );
}

/**
 * The sessions of a charge point's connectors in a range, by place and time. One that is not stopped lasts until the next one, until a
 * day after nothing was heard of it, or until now: as completeness counts.
 */
export function readSessionSpans(
  query: Query,
  chargePointId: string,
  { fromMs, toMs }: Run,
  nowMs: number,
): Promise<SessionSpan[]> {
  return query<SessionSpan>(
    `select evse_id as "evseId", connector_id as "connectorId", ${ms('from_ts')} as "fromMs", ${ms('to_ts')} as "toMs"
     from (
       select evse_id, connector_id, greatest(started_at, $2::timestamptz) as from_ts,
         least(coalesce(ended_at, case
             when greatest(last_reading_at, started_at) < $4::timestamptz - interval '24 hours'
             then greatest(last_reading_at, started_at) else $4::timestamptz end),
           lead(started_at) over (partition by evse_id, connector_id order by started_at, id), $3::timestamptz) as to_ts
       from transactions where charge_point_id = $1 and started_at < $3::timestamptz
     ) s
     where to_ts > from_ts order by evse_id, connector_id, from_ts`,
    [
      chargePointId,
      new Date(fromMs).toISOString(),
      new Date(toMs).toISOString(),
      new Date(nowMs).toISOString(),
    ],
  );
}

/** Parts of a charge point in quarantine, of messages that arrived on the UTC days of a range. */
export async function readRejected(
  query: Query,
  chargePointId: string,
  { fromMs, toMs }: Run,
): Promise<number> {
  const [row] = await query<{ rejected: number }>(
    `select coalesce(sum(readings_rejected), 0)::bigint as rejected from charge_point_days
     where charge_point_id = $1 and day >= $2::date and day <= $3::date and readings_rejected > 0`,
    [chargePointId, isoDate(dayOf(fromMs)), isoDate(dayOf(toMs - 1))],
  );
  return row?.rejected ?? 0;
}
