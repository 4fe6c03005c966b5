import type { QuarantineFilter } from './quarantine.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites } from './visible-charge-points.js';

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
}

/** Index Only Scan of (status, reason, received_at, id), or the index with the charge point in it. */
const SQL = `
  select reason, count(*) as count, min(received_at) as oldest, max(received_at) as newest
  from quarantine
  where status = any($1::text[])
    and ($2::text is null or reason = $2)
    and ($3::text[] is null or charge_point_id = any($3))
    and ($4::timestamptz is null or received_at >= $4)
    and ($5::timestamptz is null or received_at < $5)
    and ${isOfSites('charge_point_id', '$6')}
  group by reason
  order by count(*) desc, reason`;

/** How many parts there are of each reason, the most frequent first. */
export function readQuarantineReasons(query: Query, filter: QuarantineFilter): Promise<ReasonCount[]> {
  return query<ReasonCount>(SQL, [
    filter.statuses,
    filter.reason ?? null,
    filter.chargePointIds ?? null,
    timeParameter(filter.fromMs),
    timeParameter(filter.toMs),
    filter.sites,
  ]);
}
