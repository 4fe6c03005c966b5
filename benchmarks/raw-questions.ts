/** The same questions as plain SQL over the raw rows: what one would write who has no aggregates. */

const REGISTER = `measurand = 'Energy.Active.Import.Register'`;

/** $1 charge point, $2 and $3 from and to. */
export const HOURLY_OF_ONE = `
  select date_trunc('hour', ts) as hour, sum(greatest(step, 0)) as wh from (
    select ts, value - lag(value) over (order by ts) as step from readings
    where series_id = (select id from series where charge_point_id = $1 and ${REGISTER}) and ts >= $2 and ts < $3
  ) steps group by 1 order by 1`;

/** $1 and $2 from and to. */
export const DAILY_OF_ALL = `
  select date_trunc('day', ts) as day, sum(greatest(step, 0)) as wh from (
    select ts, value - lag(value) over (partition by series_id order by ts) as step from readings
    where series_id in (select id from series where ${REGISTER}) and ts >= $1 and ts < $2
  ) steps group by 1 order by 1`;

/** $1 charge point. */
export const NEWEST = `
  select distinct on (series_id) series_id, ts, context, value from readings
  where series_id in (select id from series where charge_point_id = $1)
  order by series_id, ts desc`;

/** $1 charge points, $2 rows to skip, $3 rows to give. */
export const PAGE = `
  select series_id, ts, context, value from readings
  where series_id in (select id from series where charge_point_id = any ($1))
  order by series_id, ts, context offset $2 limit $3`;
