import { conflictsCursor, type ConflictsQuery } from '../routes/query/conflicts-query.js';
import { readConflicts, type LosingReading } from '../store/read/conflicts.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { readStandingValues, type StandingValue } from '../store/read/standing-values.js';
import { page, type Answer } from './answer.js';
import { presentKey, presentValue } from './present-reading.js';

export function conflictsController(database: ReadDatabase) {
  return {
    list: async ({ query }: { query: ConflictsQuery }): Promise<Answer> => {
      const { chargePointId, limit, cursor } = query;
      const rows = await database.read(async (run) => {
        const losing = await readConflicts(run, { chargePointId, before: cursor?.[0], limit: limit + 1 });
        const standing = await readStandingValues(run, losing);
        return losing.map((reading, index) => ({ losing: reading, standing: standing[index] }));
      });
      return page(rows, limit, presentConflict, ({ losing }) => conflictsCursor(losing.id));
    },
  };
}

function presentConflict({
  losing,
  standing,
}: {
  losing: LosingReading;
  standing: StandingValue | undefined;
}) {
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
