import type { Query } from './read-database.js';

export interface ChargePoint {
  readonly id: string;
  readonly label: string;
  readonly site: string;
  readonly status: 'active' | 'held' | 'retired';
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

export interface ChargePointsQuestion {
  /** Only this site; undefined: all. */
  readonly site: string | undefined;
  /** Only ids after this one; undefined: from the first. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Walks the primary key. `$1 is null` is folded away: the statement is planned for its values. */
const SQL = `
  select id, label, site, status, created_at as "createdAt", updated_at as "updatedAt", version
  from charge_points
  where ($1::text is null or id > $1) and ($2::text is null or site = $2)
  order by id
  limit $3`;

/** Charge points in the order of their ids. */
export function readChargePoints(query: Query, question: ChargePointsQuestion): Promise<ChargePoint[]> {
  return query<ChargePoint>(SQL, [question.after ?? null, question.site ?? null, question.limit]);
}
