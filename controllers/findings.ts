import { SERIES_KEY } from '../protocol/live/present-reading.js';
import {
  findingCountsCursor,
  findingsCursor,
  type FindingCountsCursor,
  type FindingCountsQuery,
  type FindingsCursor,
  type FindingsQuery,
} from '../routes/query/findings-query.js';
import { readFindingCounts, type FindingCount } from '../store/read/finding-counts.js';
import { readFindings, type FindingsFilter, type FoundFinding } from '../store/read/findings.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { answerList } from './list.js';

const COLUMNS = ['id', ...SERIES_KEY, 'rule', 'from', 'to', 'state', 'evidence', 'detectedAt'];

export function findingsController(database: ReadDatabase) {
  const counts = answerList<FindingCountsQuery, FindingCount, FindingCountsCursor>(database, {
    columns: ['chargePointId', 'rule', 'count', 'open', 'oldestFrom', 'newestFrom'],
    read: async (run, query, { sites, after, limit }) =>
      readFindingCounts(run, {
        ...(await filterOf(run, query, sites)),
        after: after && { chargePointId: after[0], rule: after[1] },
        limit,
      }),
    present: presentCount,
    keyOf: ({ chargePointId, rule }) => [chargePointId, rule],
    cursorOf: findingCountsCursor,
  });
  return {
    ...answerList<FindingsQuery, FoundFinding, FindingsCursor>(database, {
      columns: COLUMNS,
      read: async (run, query, { sites, after, limit }) =>
        readFindings(run, {
          ...(await filterOf(run, query, sites)),
          before: after && { fromMs: after[0], id: after[1] },
          limit,
        }),
      present: presentFinding,
      keyOf: ({ from, id }) => [from.getTime(), id],
      cursorOf: findingsCursor,
    }),
    counts: counts.list,
    streamCounts: counts.stream,
  };
}

async function filterOf(
  run: Query,
  query: FindingsQuery | FindingCountsQuery,
  sites: readonly string[] | null,
): Promise<FindingsFilter> {
  return {
    ...(await visibleChargePoints(run, query.chargePointId, sitesAsked(query.site, sites))),
    connectorId: query.connectorId,
    measurand: query.measurand,
    rule: query.rule,
    state: query.state,
    fromMs: query.from,
    toMs: query.to,
  };
}

/** Of those that may be seen, the one that is asked for. */
function sitesAsked(site: string | undefined, sites: readonly string[] | null): readonly string[] | null {
  if (site === undefined) return sites;
  return sites === null || sites.includes(site) ? [site] : [];
}

function presentFinding({ from, to, detectedAt, ...finding }: FoundFinding) {
  return {
    ...finding,
    from: from.toISOString(),
    to: to.toISOString(),
    detectedAt: detectedAt.toISOString(),
  };
}

function presentCount({ oldest, newest, ...count }: FindingCount) {
  return { ...count, oldestFrom: oldest.toISOString(), newestFrom: newest.toISOString() };
}
