import type { Query } from './read-database.js';

/** Of which charge points rows are given. Both are heeded. */
export interface Visible {
  /** undefined: of all. */
  readonly chargePointIds: readonly string[] | undefined;
  /** Of these sites; null: of all, and of what is in no registry. */
  readonly sites: readonly string[] | null;
}

/** A list is walked charge point by charge point up to so many; where there are more, rows of theirs are not far apart. */
const MAX_BY_CHARGE_POINT = 1_000;

const ASKED = 'select id from charge_points where id = any ($1::text[]) and site = any ($2::text[])';
const OF_SITES = 'select id from charge_points where site = any ($1::text[]) limit $2';

/**
 * What somebody who may see `sites` (null: all) is shown when they ask for these charge points (undefined: for all). The
 * answer names charge points wherever that is quick: to pass all rows of a fleet for the few of one depot is not.
 */
export async function visibleChargePoints(
  query: Query,
  chargePointIds: readonly string[] | undefined,
  sites: readonly string[] | null,
): Promise<Visible> {
  if (sites === null) return { chargePointIds, sites };
  const rows =
    chargePointIds === undefined
      ? await query<{ id: string }>(OF_SITES, [sites, MAX_BY_CHARGE_POINT + 1])
      : await query<{ id: string }>(ASKED, [chargePointIds, sites]);
  const ids = rows.map(({ id }) => id);
  return { chargePointIds: ids.length > MAX_BY_CHARGE_POINT ? chargePointIds : ids, sites };
}

/** Whether the charge point that a column names is of the sites in a parameter; null: of any, and it need not be registered. */
export function isOfSites(column: string, parameter: string): string {
  return `(${parameter}::text[] is null
      or exists (select from charge_points of_site where of_site.id = ${column} and of_site.site = any(${parameter})))`;
}
