import type { Query } from './read-database.js';
import { ROLLUP_LEVELS, rollupRuns, type Run } from './rollup-runs.js';

/** Which charge points and which time. Times are ms since 1970 UTC, on quarters of an hour. */
export interface CompletenessQuestion {
  /** undefined: all. */
  readonly chargePointIds: readonly string[] | undefined;
  readonly site: string | undefined;
  /** Only of these sites; null: of all. */
  readonly sites: readonly string[] | null;
  readonly range: Run;
  /** What is after it is expected of nobody. */
  readonly nowMs: number;
  /** Charge points behind this one, in the order of their ids; undefined: from the first. */
  readonly after: string | undefined;
  /** Charge points at most. */
  readonly limit: number;
}

/** Figures of a charge point. present + missing = expected. */
export interface ChargePointCompleteness {
  readonly chargePointId: string;
  readonly site: string;
  readonly series: number;
  readonly expected: number;
  readonly present: number;
  readonly missing: number;
  readonly late: number;
  /** Parts in quarantine, of messages that arrived on the UTC days of the range. */
  readonly rejected: number;
}

/** The same of a series, with what it was expected by. */
export interface SeriesCompleteness {
  readonly seriesId: number;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  /** null: not known, and nothing is expected but what is there. */
  readonly cadenceMs: number | null;
  readonly isOfRegistry: boolean;
  /** Whether it is expected while nobody charges, too. */
  readonly always: boolean;
  readonly expected: number;
  readonly present: number;
  readonly missing: number;
  readonly late: number;
  /** From when on anything is expected of it; null: nothing is. */
  readonly fromMs: number | null;
}

/** As PLAN_AS_WRITTEN, save that what was read may be hashed: there is a row for each series. */
export const COMPLETENESS_PLAN = [
  'set local join_collapse_limit = 1',
  ...['seqscan', 'bitmapscan', 'mergejoin'].map((way) => `set local enable_${way} = off`),
].join('; ');

/** A series that others of its charge point have outlived by this much is gone, and not silent. */
const GONE = `interval '7 days'`;

/** Rows of one level of aggregates of series `s`, between the bounds of its runs. */
const rows = (table: string, runs: number, from: number): string =>
  runs === 1
    ? rowsBetween(table, `$${from}::timestamptz[]`, `$${from + 1}::timestamptz[]`)
    : `select r.* from unnest($${from}::timestamptz[], $${from + 1}::timestamptz[]) as run (from_ts, to_ts)
       cross join lateral (${SUMS} from ${table} r
         where r.series_id = s.id and r.bucket >= run.from_ts and r.bucket < run.to_ts offset 0) r`;

/** A single run needs no loop. */
const rowsBetween = (table: string, from: string, to: string): string =>
  `${SUMS} from ${table} r
   where r.series_id = s.id and r.bucket >= (${from})[1] and r.bucket < (${to})[1]`;

const SUMS = `
  select r.bucket, r.first_ts, r.count - coalesce(r.irregular, 0) as present, coalesce(r.late, 0) as late,
    coalesce(r.clock, 0) as clock, r.cadence_ms`;

/** More than any cadence in ms: the newest one is the greatest of bucket and cadence in one number, which needs no sorting. */
const CADENCE_ROOM = 100_000_000;

/** When a session ended. One that is not stopped lasts until the next one, until a day after nothing was heard of it, or until now. */
const ENDED = `coalesce(t.ended_at, least(
        (select min(n.started_at) from transactions n where n.charge_point_id = t.charge_point_id
           and n.connector_id = t.connector_id and n.evse_id = t.evse_id and n.started_at > t.started_at),
        case when greatest(t.last_reading_at, t.started_at) < $6::timestamptz - interval '24 hours'
          then greatest(t.last_reading_at, t.started_at) else $6::timestamptz end))`;

/**
 * Sessions of each place in the range: how long each was within it, ms. Of those begun before the range only the last one can reach into
 * it.
 */
const SESSIONS = `
  select p.cp, p.evse_id, p.connector_id,
    array_agg((extract(epoch from x.to_ts - x.from_ts) * 1000)::float8) as lengths
  from (select cp, charge_point_id, evse_id, connector_id from series_asked group by 1, 2, 3, 4) p
  cross join lateral (
    select t.started_at as from_ts, least(${ENDED}, $5::timestamptz) as to_ts from transactions t
    where charge_point_id = p.charge_point_id and connector_id = p.connector_id and evse_id = p.evse_id
      and started_at >= $4::timestamptz and started_at < $5::timestamptz
    union all
    (select $4::timestamptz, least(${ENDED}, $5::timestamptz) from transactions t
     where charge_point_id = p.charge_point_id and connector_id = p.connector_id and evse_id = p.evse_id
       and started_at < $4::timestamptz
     order by started_at desc limit 1)
  ) x
  where x.to_ts > x.from_ts
  group by 1, 2, 3`;

/**
 * `$1` charge points, `$2` site, `$3` sites, `$4` and `$5` the range up to now, `$6` now, `$7` after, `$8` limit, then days and runs.
 * Expected plan, under {@link COMPLETENESS_PLAN}: the registry in the order of its ids, from each charge point to its series, from each of these to
 * ranges of the primary keys (series_id, bucket).
 */
const series = (parts: string): string => `
  with asked as materialized (
    select c.id, row_number() over (order by c.id) as cp, c.site, c.status = 'retired' as is_retired,
      exists (select from transactions t where t.charge_point_id = c.id) as has_sessions
    from charge_points c
    where ($1::text[] is null or c.id = any ($1)) and ($2::text is null or c.site = $2)
      and ($3::text[] is null or c.site = any ($3)) and ($7::text is null or c.id > $7)
    order by c.id limit $8
  ),
  series_asked as materialized (
    select s.id, a.cp, s.charge_point_id, s.evse_id, s.connector_id, s.measurand, s.phase, s.location, s.unit,
      a.is_retired, a.has_sessions
    from asked a cross join lateral (select * from series where charge_point_id = a.id offset 0) s
  ),
  sessions as materialized (${SESSIONS}),
  counted as (
    select s.*, coalesce(n.present, 0) as present, coalesce(n.late, 0) as late,
      coalesce(c.seconds * 1000, d.seconds * 1000, n.cadence_ms, b.cadence_ms) as cadence_ms,
      coalesce(c.seconds, d.seconds) is not null as is_of_registry,
      coalesce(c.always, d.always, coalesce(n.clock, 0) > 0 or coalesce(b.clock, 0) > 0 or not s.has_sessions) as always,
      case when b.bucket is not null then $4::timestamptz else n.first_ts end as from_ts,
      coalesce(n.last_bucket, b.bucket) as last_bucket
    from series_asked s
    left join cadences c on c.charge_point_id = s.charge_point_id and c.measurand = s.measurand
    left join cadences d on d.charge_point_id = s.charge_point_id and d.measurand = ''
    cross join lateral (
      select sum(present) as present, sum(late) as late, sum(clock) as clock, min(first_ts) as first_ts,
        max(extract(epoch from bucket)::bigint * ${CADENCE_ROOM} + cadence_ms) % ${CADENCE_ROOM} as cadence_ms,
        max(bucket) filter (where present > 0) as last_bucket
      from (${parts}) parts
    ) n
    left join lateral (
      select bucket, cadence_ms, clock from rollup_1d r
      where r.series_id = s.id and r.bucket < $4::timestamptz
        -- Of a series that is there, is expected in sessions alone, and whose cadence is known, nothing else is asked.
        and (n.cadence_ms is null or n.clock > 0 or not s.has_sessions or coalesce(c.always, d.always, false))
      order by bucket desc limit 1
    ) b on true
  ),
  judged as (
    select c.*, coalesce(last_bucket < max(last_bucket) over (partition by cp) - ${GONE}, false) as is_gone
    from counted c
  ),
  expected as (
    select j.*,
      case
        when from_ts is null or cadence_ms is null or is_gone or is_retired then present
        when always then greatest(present, floor(extract(epoch from $5::timestamptz - from_ts) * 1000 / cadence_ms))
        else greatest(present, coalesce(
          (select sum(greatest(floor(length / cadence_ms - 0.5), 0)) from unnest(x.lengths) as u (length)), 0))
      end::bigint as expected
    from judged j left join sessions x using (cp, evse_id, connector_id)
  )`;

const ofChargePoints = (parts: string): string => `${series(parts)}
  select a.id as "chargePointId", a.site, coalesce(e.series, 0)::integer as series, coalesce(e.expected, 0)::bigint as expected,
    coalesce(e.present, 0)::bigint as present, coalesce(e.expected - e.present, 0)::bigint as missing,
    coalesce(e.late, 0)::bigint as late, coalesce(q.rejected, 0)::bigint as rejected
  from asked a
  left join (
    select cp, count(*) filter (where from_ts is not null and not is_gone) as series, sum(expected) as expected,
      sum(present) as present, sum(late) as late
    from expected group by 1
  ) e on e.cp = a.cp
  left join (
    select charge_point_id, sum(readings_rejected) as rejected from charge_point_days
    where day >= $9::date and day <= $10::date and readings_rejected > 0 group by 1
  ) q on q.charge_point_id = a.id
  order by a.cp`;

const ofSeries = (parts: string): string => `${series(parts)}
  select id as "seriesId", evse_id as "evseId", connector_id as "connectorId", measurand, phase, location, unit,
    cadence_ms as "cadenceMs", is_of_registry as "isOfRegistry", always, expected, present::bigint,
    (expected - present)::bigint as missing, late::bigint,
    (extract(epoch from case when is_gone or is_retired then null else from_ts end) * 1000)::float8 as "fromMs"
  from expected
  where from_ts is not null and $9::date <= $10::date
  order by evse_id, connector_id, measurand, phase, location, unit`;

/** Of each charge point, in the order of their ids; within {@link COMPLETENESS_PLAN}. */
export function readCompleteness(
  query: Query,
  question: CompletenessQuestion,
): Promise<ChargePointCompleteness[]> {
  const { text, values } = statementOf(ofChargePoints, question);
  return query<ChargePointCompleteness>(text, values);
}

/** Of the series of the charge points that are asked for: ask for one. */
export function readSeriesCompleteness(
  query: Query,
  question: CompletenessQuestion,
): Promise<SeriesCompleteness[]> {
  const { text, values } = statementOf(ofSeries, question);
  return query<SeriesCompleteness>(text, values);
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

const TABLES = { '15m': 'rollup_15m', '1h': 'rollup_1h', '1d': 'rollup_1d' } as const;

function statementOf(text: (parts: string) => string, question: CompletenessQuestion): Statement {
  const { chargePointIds, site, sites, range, nowMs, after, limit } = question;
  const toMs = Math.max(Math.min(range.toMs, nowMs), range.fromMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const values: unknown[] = [
    chargePointIds ?? null,
    site ?? null,
    sites,
    iso(range.fromMs),
    iso(toMs),
    iso(nowMs),
    after ?? null,
    limit,
    iso(range.fromMs).slice(0, 10),
    iso(range.toMs - 1).slice(0, 10),
  ];
  const runs = rollupRuns([range.fromMs, range.toMs], range);
  const parts = ROLLUP_LEVELS.filter((level) => runs[level].length > 0).map((level) => {
    const from = values.push(runs[level].map(({ fromMs }) => iso(fromMs)));
    values.push(runs[level].map((run) => iso(run.toMs)));
    return rows(TABLES[level], runs[level].length, from);
  });
  return { text: text(parts.join(' union all ')), values };
}
