import { findingsFilterValues, OF_FINDING, OF_SERIES, type FindingsFilter } from './findings.js';
import type { Query } from './read-database.js';

export interface FindingCount {
  readonly chargePointId: string;
  readonly rule: string;
  readonly count: number;
  /** Of these, nobody dealt with yet. */
  readonly open: number;
  /** Begins of the findings. */
  readonly oldest: Date;
  readonly newest: Date;
}

export interface FindingCountsQuestion extends FindingsFilter {
  readonly after: { readonly chargePointId: string; readonly rule: string } | undefined;
  readonly limit: number;
}

const SQL = `
  select s.charge_point_id as "chargePointId", f.rule, count(*) as count,
    count(*) filter (where f.state = 'open' and f.withdrawn_at is null) as open,
    min(f.from_ts) as oldest, max(f.from_ts) as newest
  from findings f
  join series s on s.id = f.series_id
  where ${OF_SERIES} and ${OF_FINDING}
    and ($9::text is null or (s.charge_point_id, f.rule) > ($9, $10::text))
  group by s.charge_point_id, f.rule
  order by s.charge_point_id, f.rule
  limit $11`;

/** How many there are, by charge point and rule in this order. */
export function readFindingCounts(query: Query, question: FindingCountsQuestion): Promise<FindingCount[]> {
  const { after } = question;
  return query<FindingCount>(SQL, [
    ...findingsFilterValues(question),
    after?.chargePointId ?? null,
    after?.rule ?? null,
    question.limit,
  ]);
}
