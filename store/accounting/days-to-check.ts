import { dayOf, type Day } from '../partitions.js';
import type { PoolClient } from '../pool.js';
import { DELETED } from './check-day.js';

/**
 * Days whose readings are to be held against the books, the most urgent first: days never looked at; those of which PostgreSQL counted
 * deleted rows since, whose partition is gone, or that lacked something; today and yesterday; then those that were last looked at so
 * long ago, the oldest first.
 *
 * @param today by the clock of who asks.
 */
export async function daysToCheck(
  client: Pick<PoolClient, 'query'>,
  { today, olderThanMs }: { readonly today: Day; readonly olderThanMs: number },
): Promise<Day[]> {
  const { rows } = await client.query<{ day: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day
     from (
       select d.day, c.checked_at,
         case
           when c.day is null then 0
           when c.missing > 0 or ${DELETED(PARTITION)} > c.deleted_rows or to_regclass(${PARTITION}) is null then 1
           when d.day between date '1970-01-01' + $1::integer - 1 and date '1970-01-01' + $1::integer then 2
           when c.checked_at < clock_timestamp() - make_interval(secs => $2::float8 / 1000) then 3
         end as urgency
       from (${ALL_DAYS}) d left join account_checks c on c.day = d.day
     ) judged
     where urgency is not null order by urgency, checked_at`,
    [today, olderThanMs],
  );
  return rows.map(({ day }) => dayOf(Date.parse(day)));
}

const PARTITION = `'readings_' || to_char(d.day, 'YYYYMMDD')`;

/** All days that have anything to compare, within bounds; null: no bound. `to` is not included. */
export async function bookedDays(
  client: Pick<PoolClient, 'query'>,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<Day[]> {
  const { rows } = await client.query<{ day: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day from (${ALL_DAYS}) d
     where ($1::date is null or day >= $1::date) and ($2::date is null or day < $2::date) order by day`,
    [from, to],
  );
  return rows.map(({ day }) => dayOf(Date.parse(day)));
}

/**
 * Days with a partition, and days in the books: a day whose partition is gone is missing as a whole, unless it is before the horizon.
 * The books are walked from day to day: they have a row for each charge point.
 */
const ALL_DAYS = `
  select day from (select to_date(substr(c.relname, 10), 'YYYYMMDD') as day
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'readings'::regclass and c.relname ~ '^readings_[0-9]{8}$'
  union
  select day from (
    with recursive booked as (
      select min(day) as day from charge_point_days
      union all
      select (select min(day) from charge_point_days where day > b.day) from booked b where b.day is not null
    )
    select day from booked where day is not null
  ) books) known
  where day >= (select before at time zone 'UTC' from retention_horizons where resolution = 'raw')`;

/** Forgets the checks of days of which nothing is left to compare. */
export async function forgetChecks(client: Pick<PoolClient, 'query'>): Promise<void> {
  await client.query(`delete from account_checks where day not in (select day from (${ALL_DAYS}) d)`);
}
