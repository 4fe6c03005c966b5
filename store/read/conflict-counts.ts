import { conflictsFilterValues, OF_CONFLICT, OF_SERIES, type ConflictsFilter } from './conflicts.js';
import type { Query } from './read-database.js';

export interface ConflictCount {
  readonly chargePointId: string;
  readonly measurand: string;
  readonly count: number;
  /** Times of the readings. */
  readonly oldest: Date;
  readonly newest: Date;
}

export interface ConflictCountsQuestion extends ConflictsFilter {
  readonly after: { readonly chargePointId: string; readonly measurand: string } | undefined;
  readonly limit: number;
}

const SQL = `
  select s.charge_point_id as "chargePointId", s.measurand, count(*) as count,
    min(c.ts) as oldest, max(c.ts) as newest
  from reading_conflicts c
  join series s on s.id = c.series_id
  where ${OF_SERIES} and ${OF_CONFLICT}
    and ($8::text is null or (s.charge_point_id, s.measurand) > ($8, $9::text))
  group by s.charge_point_id, s.measurand
  order by s.charge_point_id, s.measurand
  limit $10`;

/** How many values lost, by charge point and measurand in this order. */
export function readConflictCounts(query: Query, question: ConflictCountsQuestion): Promise<ConflictCount[]> {
  const { after } = question;
  return query<ConflictCount>(SQL, [
    ...conflictsFilterValues(question),
    after?.chargePointId ?? null,
    after?.measurand ?? null,
    question.limit,
  ]);
}
