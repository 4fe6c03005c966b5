import { isoDate, partitionName, type Day } from '../partitions.js';
import type { PoolClient } from '../pool.js';

/** Of one charge point and day: what was stored, and what stands in the table. */
export interface Difference {
  readonly chargePointId: string;
  /** Readings that flushes stored, and those that were taken up before. */
  readonly stored: number;
  readonly standing: number;
}

/** How the table compares with the books, of one day. */
export interface DayCheck {
  readonly day: Day;
  readonly chargePoints: number;
  readonly readings: number;
  /** Only where they differ. */
  readonly differences: readonly Difference[];
}

/** Rows of a day by series, in whatever form they are kept. */
const STANDING = `
  select series_id, count(*) as readings from readings where ts >= $1::date::timestamptz and ts < ($1::date + 1)::timestamptz group by series_id
  union all
  select series_id, count from compacted_readings where day = $1::date`;

/** Every charge point of the day, in the books or in the table. $1: the day. Reads the day's partition once, by its index. */
const COMPARE = `
  select coalesce(b.charge_point_id, t.charge_point_id) as "chargePointId", coalesce(b.readings, 0)::bigint as stored,
    coalesce(t.readings, 0)::bigint as standing
  from (select charge_point_id, readings from charge_point_days where day = $1::date and readings <> 0) b
  full join (
    select s.charge_point_id, sum(d.readings)::bigint as readings
    from (${STANDING}) d join series s on s.id = d.series_id group by s.charge_point_id
  ) t on t.charge_point_id = b.charge_point_id`;

/**
 * Holds the readings of a UTC day against the books. Entries that are not folded yet are in no book: fold them before, in the same
 * snapshot (a transaction of `repeatable read`), and the comparison is exact while flushes go on.
 */
export async function compareDay(client: Pick<PoolClient, 'query'>, day: Day): Promise<DayCheck> {
  const { rows } = await client.query<{
    charge_points: number;
    readings: number | null;
    differences: readonly Difference[] | null;
  }>(
    `select count(*) as charge_points, sum(standing)::bigint as readings,
       json_agg(json_build_object('chargePointId', "chargePointId", 'stored', stored, 'standing', standing)
         order by "chargePointId") filter (where stored <> standing) as differences
     from (${COMPARE}) each`,
    [isoDate(day)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without groups gives one row');
  return {
    day,
    chargePoints: row.charge_points,
    readings: row.readings ?? 0,
    differences: row.differences ?? [],
  };
}

/** Readings that were stored and are not there. */
export const missingOf = ({ differences }: Pick<DayCheck, 'differences'>): number =>
  differences.reduce((sum, { stored, standing }) => sum + Math.max(0, stored - standing), 0);

/** Readings that are there and in no book. */
export const unbookedOf = ({ differences }: Pick<DayCheck, 'differences'>): number =>
  differences.reduce((sum, { stored, standing }) => sum + Math.max(0, standing - stored), 0);

/**
 * Takes into the books what no flush of this version had entered: what was there before the books were, what workers of an older version
 * stored, or what a replay of the topic brought back or judged anew.
 */
export async function takeUp(client: PoolClient, { day, differences }: DayCheck): Promise<void> {
  await book(
    client,
    day,
    differences.filter(({ stored, standing }) => standing > stored),
  );
}

/** Lets the books say what stands in the table, also where that is less. */
export async function writeOff(client: PoolClient, { day, differences }: DayCheck): Promise<void> {
  await book(client, day, differences);
}

async function book(client: PoolClient, day: Day, differences: readonly Difference[]): Promise<void> {
  if (differences.length === 0) return;
  await client.query(
    `insert into charge_point_days (day, charge_point_id, readings)
     select $1::date, u.id, u.readings from unnest($2::text[], $3::integer[]) as u (id, readings)
     on conflict (day, charge_point_id) do update set readings = excluded.readings`,
    [
      isoDate(day),
      differences.map(({ chargePointId }) => chargePointId),
      differences.map(({ standing }) => standing),
    ],
  );
}

/** Keeps what a check found, for the metrics of every worker and for the order of the next ones. */
export async function recordCheck(client: PoolClient, check: DayCheck): Promise<void> {
  await client.query(
    `insert into account_checks (day, checked_at, missing, taken_up, deleted_rows)
     values ($1::date, clock_timestamp(), $2, $3, ${DELETED('$4')})
     on conflict (day) do update set checked_at = excluded.checked_at, missing = excluded.missing,
       taken_up = account_checks.taken_up + excluded.taken_up, deleted_rows = excluded.deleted_rows`,
    [isoDate(check.day), missingOf(check), unbookedOf(check), partitionName(check.day)],
  );
}

/** What the statistics of PostgreSQL say of deleted rows of a table in this schema; 0: nothing. */
export const DELETED = (name: string): string =>
  `coalesce((select n_tup_del from pg_stat_user_tables where schemaname = current_schema() and relname = ${name}), 0)`;
