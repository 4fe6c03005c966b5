import { presentKey, presentValue, READING_KEY } from '../protocol/live/present-reading.js';
import {
  conflictCountsCursor,
  conflictsCursor,
  type ConflictCountsCursor,
  type ConflictCountsQuery,
  type ConflictsCursor,
  type ConflictsQuery,
} from '../routes/query/conflicts-query.js';
import { readConflictCounts, type ConflictCount } from '../store/read/conflict-counts.js';
import { readConflicts, type ConflictsFilter, type LosingReading } from '../store/read/conflicts.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { readStandingValues, type StandingValue } from '../store/read/standing-values.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { answerList } from './list.js';

interface Conflict {
  readonly losing: LosingReading;
  /** undefined: its day was dropped. */
  readonly standing: StandingValue | undefined;
}

const SIDE = ['value', 'transactionId', 'quality', 'receivedAt'];
const COLUMNS = [
  'id',
  ...READING_KEY,
  ...SIDE.map((field) => `standing.${field}`),
  ...SIDE.map((field) => `losing.${field}`),
];

export function conflictsController(database: ReadDatabase) {
  const counts = answerList<ConflictCountsQuery, ConflictCount, ConflictCountsCursor>(database, {
    columns: ['chargePointId', 'measurand', 'count', 'oldestTimestamp', 'newestTimestamp'],
    read: async (run, query, { sites, after, limit }) =>
      readConflictCounts(run, {
        ...(await filterOf(run, query, sites)),
        after: after && { chargePointId: after[0], measurand: after[1] },
        limit,
      }),
    present: presentCount,
    keyOf: ({ chargePointId, measurand }) => [chargePointId, measurand],
    cursorOf: conflictCountsCursor,
  });
  return {
    ...answerList<ConflictsQuery, Conflict, ConflictsCursor>(database, {
      columns: COLUMNS,
      read: async (run, query, { sites, after, limit }) => {
        const before = after && { timestampMs: after[0], id: after[1] };
        const losing = await readConflicts(run, {
          ...(await filterOf(run, query, sites)),
          ...{ before, limit },
        });
        const standing = await readStandingValues(run, losing);
        return losing.map((reading, index) => ({ losing: reading, standing: standing[index] }));
      },
      present: presentConflict,
      keyOf: ({ losing }) => [losing.timestamp.getTime(), losing.id],
      cursorOf: conflictsCursor,
    }),
    counts: counts.list,
    streamCounts: counts.stream,
  };
}

async function filterOf(
  run: Query,
  query: ConflictsQuery | ConflictCountsQuery,
  sites: readonly string[] | null,
): Promise<ConflictsFilter> {
  return {
    ...(await visibleChargePoints(run, query.chargePointId, sites)),
    connectorId: query.connectorId,
    measurand: query.measurand,
    context: query.context,
    fromMs: query.from,
    toMs: query.to,
  };
}

function presentCount({ chargePointId, measurand, count, oldest, newest }: ConflictCount) {
  return {
    chargePointId,
    measurand,
    count,
    oldestTimestamp: oldest.toISOString(),
    newestTimestamp: newest.toISOString(),
  };
}

function presentConflict({ losing, standing }: Conflict) {
  return {
    id: losing.id,
    ...presentKey(losing),
    standing: standing === undefined ? null : presentSide(standing),
    losing: presentSide(losing),
  };
}

function presentSide(side: StandingValue | LosingReading) {
  return { ...presentValue(side), receivedAt: side.receivedAt.toISOString() };
}
