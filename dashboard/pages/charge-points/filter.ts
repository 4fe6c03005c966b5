import type { LiveChargePoint } from '../../../client/live/index.js';

export const STATUS_FILTERS = ['', 'active', 'held', 'retired'] as const;
/** '': all that are in use. */
export type StatusFilter = (typeof STATUS_FILTERS)[number];

export interface Filter {
  /** In id or label, in whatever case. */
  readonly search: string;
  /** null: of any site; '': of none. */
  readonly site: string | null;
  readonly status: StatusFilter;
}

/** As the address has it; what it can't mean is no filter. */
export function readFilter(query: URLSearchParams): Filter {
  const status = query.get('status') ?? '';
  return {
    search: query.get('search') ?? '',
    site: query.has('noSite') ? '' : query.get('site'),
    status: STATUS_FILTERS.find((name) => name === status) ?? '',
  };
}

export function isFiltered({ search, site, status }: Filter): boolean {
  return search.trim() !== '' || site !== null || status !== '';
}

export function filtered(
  rows: readonly LiveChargePoint[],
  { search, site, status }: Filter,
): readonly LiveChargePoint[] {
  const needle = search.trim().toLowerCase();
  if (needle === '' && site === null && status === '') return rows;
  return rows.filter(
    (row) =>
      (site === null || row.site === site) &&
      (status === '' || row.status === status) &&
      (needle === '' || row.id.toLowerCase().includes(needle) || row.label.toLowerCase().includes(needle)),
  );
}

/** Each site there is, in order, with how many charge points it has. */
export function sitesOf(rows: readonly LiveChargePoint[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { site } of rows) counts.set(site, (counts.get(site) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}
