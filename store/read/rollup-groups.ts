import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';

/** What groups of series are told apart by, in the order of a listing. */
export const GROUP_COLUMNS = {
  site: 'c.site',
  chargePointId: 'c.id',
  evseId: 's.evse_id',
  connectorId: 's.connector_id',
  measurand: 's.measurand',
  phase: 's.phase',
  location: 's.location',
  unit: 's.unit',
} as const;
export type GroupColumn = keyof typeof GROUP_COLUMNS;

/** Values of the columns of a grouping, in their order. */
export type GroupKey = readonly (string | number)[];

/** Series whose figures are put together. */
export interface SeriesGroup {
  readonly key: GroupKey;
  readonly seriesIds: readonly number[];
}

/** Which series; undefined: all. */
export interface SeriesFilter {
  readonly chargePointIds: readonly string[] | undefined;
  readonly site: string | undefined;
  readonly connectorId: number | undefined;
  readonly measurands: readonly string[] | undefined;
  readonly unit: string | undefined;
  /** '' asks for values of no single phase. */
  readonly phase: string | undefined;
  /** Only of charge points of these sites; null: of all. */
  readonly sites: readonly string[] | null;
}

export interface GroupsQuestion extends SeriesFilter {
  readonly columns: readonly GroupColumn[];
  /** Where to go on: with the group of this key, or after it. */
  readonly from: { readonly key: GroupKey; readonly included: boolean } | undefined;
  readonly limit: number;
  /** Only groups that have a row of a day in it, half-open, ms: others would be walked through in vain. undefined: all. */
  readonly within: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Of {@link SeriesFilter}: `$1` to `$7`. */
const OF_SERIES = `
  ($1::text[] is null or c.id = any($1))
    and ($2::text is null or c.site = $2)
    and ($3::integer is null or s.connector_id = $3)
    and ($4::text[] is null or s.measurand = any($4))
    and ($5::text is null or s.unit = $5)
    and ($6::text is null or s.phase = $6)
    and ($7::text[] is null or c.site = any($7))`;

function filterValues(filter: SeriesFilter): unknown[] {
  return [
    filter.chargePointIds ?? null,
    filter.site ?? null,
    filter.connectorId ?? null,
    filter.measurands ?? null,
    filter.unit ?? null,
    filter.phase ?? null,
    filter.sites,
  ];
}

/**
 * Groups in the order of their keys. Expected plan, under PLAN_AS_WRITTEN: the primary key of the registry in its order
 * (which stops with the page where charge points are told apart), and from each charge point to its series by their unique
 * index.
 */
export async function readSeriesGroups(query: Query, question: GroupsQuestion): Promise<SeriesGroup[]> {
  const { text, values } = seriesGroupsStatement(question);
  const rows = await query<{ key: (string | number)[]; seriesIds: number[] }>(text, values);
  return rows;
}

/** The statement itself, so that its plan can be looked at. */
export function seriesGroupsStatement(question: GroupsQuestion): { text: string; values: unknown[] } {
  const { columns, from, limit, within } = question;
  const values = filterValues(question);
  const place = (value: unknown): string => `$${values.push(value)}`;
  const expressions = columns.map((column) => GROUP_COLUMNS[column]);
  const after = from === undefined || columns.length === 0 ? '' : afterKey(columns, from, place);
  const list = expressions.join(', ');
  const text = `
    select jsonb_build_array(${list}) as key, array_agg(s.id order by s.id) as "seriesIds"
    from charge_points c
    join series s on s.charge_point_id = c.id
    where ${OF_SERIES} ${after} ${within === undefined ? '' : hasDay(within, place)}
    ${list === '' ? 'having count(*) > 0' : `group by ${list} order by ${list}`}
    limit ${place(limit)}::integer`;
  return { text, values };
}

/** A look at the primary key of days for each series; the limit keeps it from becoming a join, which would read all days. */
function hasDay(
  { fromMs, toMs }: NonNullable<GroupsQuestion['within']>,
  place: (value: unknown) => string,
): string {
  const [from, to] = [place(timeParameter(fromMs)), place(timeParameter(toMs))];
  return `and (
      select true from rollup_1d d
      where d.series_id = s.id and d.bucket > ${from}::timestamptz - interval '1 day' and d.bucket < ${to}::timestamptz
      limit 1
    )`;
}

/** The first column once more by itself: that is what an index can begin with. */
function afterKey(
  columns: readonly GroupColumn[],
  { key, included }: { key: GroupKey; included: boolean },
  place: (value: unknown) => string,
): string {
  const expressions = columns.map((column) => GROUP_COLUMNS[column]);
  const places = key.map((value) => `${place(value)}::${typeof value === 'number' ? 'integer' : 'text'}`);
  return `and ${expressions[0] ?? ''} >= ${places[0] ?? ''}
      and (${expressions.join(', ')}) ${included ? '>=' : '>'} (${places.join(', ')})`;
}

const COUNT = `
  select count(*) as count
  from charge_points c
  join series s on s.charge_point_id = c.id
  where ${OF_SERIES}`;

export async function countSeries(query: Query, filter: SeriesFilter): Promise<number> {
  const [row] = await query<{ count: number }>(COUNT, filterValues(filter));
  return row?.count ?? 0;
}
