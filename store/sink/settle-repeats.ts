import type { ReadingChanges } from '../feed/append-readings.js';
import type { PoolClient } from '../pool.js';
import { classifyKey, compareCandidates, type ClassifiedKey, type Verdict } from './classify-readings.js';
import { changeConflicts, changeStanding, type Change } from './change-rows.js';
import { readConflicts, readStanding } from './read-repeats.js';
import type { StagedRow } from './staged-row.js';

export interface Settled {
  /** One for each row, in their order. */
  readonly verdicts: readonly Verdict[];
  /** Rows that went in or now stand. */
  readonly standing: readonly StagedRow[];
  /** What became of the table `readings`. */
  readonly changes: ReadingChanges;
}

interface Group {
  readonly ords: number[];
  standing: StagedRow | null;
  conflicts: StagedRow[];
}

const keyOf = (row: StagedRow): string => `${row.seriesId}/${row.timestampMs}/${row.contextId}`;

/**
 * Called when fewer rows went in than were offered: tells duplicates from conflicts, and makes the standing rows and the
 * conflicts what they have to be. Runs in the transaction that inserted the batch.
 *
 * Rows of other transactions are changed by compare-and-set: a key that somebody else changed since it was read fails the
 * flush with a ConcurrentChangeError, and the batch is tried anew.
 *
 * @param inserted how many of the rows went in.
 */
export async function settleRepeats(
  client: PoolClient,
  rows: readonly StagedRow[],
  batchId: number,
  inserted: number,
): Promise<Settled> {
  const groups = groupByKey(rows);
  // As many as there are keys: all were new, and what repeats does so within the batch. To look is one probe a row.
  if (inserted < groups.size) {
    for (const [asked, standing] of await readStanding(client, rows, batchId)) {
      const group = groups.get(keyOf(asked));
      if (group !== undefined) group.standing = standing;
    }
  }
  const repeated = [...groups.values()].filter(({ ords, standing }) => ords.length > 1 || standing !== null);
  const contested = repeated.filter(({ ords, standing }) => {
    const value = (standing ?? rows[ords[0] ?? 0])?.value;
    return ords.some((ord) => rows[ord]?.value !== value);
  });
  const contestedRows = contested.flatMap(({ ords }) => rowsAt(rows, ords.slice(0, 1)));
  for (const [asked, conflict] of await readConflicts(client, rows, contestedRows)) {
    groups.get(keyOf(asked))?.conflicts.push(conflict);
  }

  const verdicts = new Array<Verdict>(rows.length).fill('new');
  const standingChanges: Change[] = [];
  const conflictChanges: Change[] = [];
  const moved = new Set<StagedRow>();
  const added: StagedRow[] = [];
  const replaced: { before: StagedRow; after: StagedRow }[] = [];
  for (const group of repeated) {
    const offered = rowsAt(rows, group.ords);
    const result: ClassifiedKey<StagedRow> = classifyKey(offered, group);
    group.ords.forEach((ord, index) => (verdicts[ord] = result.verdicts[index] ?? 'duplicate'));
    // Where all say the same, whichever went in is the one that stands.
    if (
      result.standing !== group.standing &&
      !(group.standing === null && offered.every(isEqualTo(result.standing)))
    ) {
      standingChanges.push({ before: group.standing, after: result.standing });
    }
    if (result.standing !== group.standing) moved.add(result.standing);
    if (group.standing === null) added.push(result.standing);
    else if (result.standing !== group.standing) {
      replaced.push({ before: group.standing, after: result.standing });
    }
    for (const after of result.conflicts) {
      const before = group.conflicts.find(({ value }) => value === after.value) ?? null;
      conflictChanges.push({ before, after });
    }
  }
  await changeStanding(client, standingChanges, batchId);
  await changeConflicts(client, conflictChanges, batchId);

  const repeatedOrds = new Set(repeated.flatMap(({ ords }) => ords));
  const standing = rows.filter((row, ord) => moved.has(row) || !repeatedOrds.has(ord));
  added.push(...rows.filter((_, ord) => !repeatedOrds.has(ord)));
  return { verdicts, standing, changes: { inserted: added, replaced } };
}

function groupByKey(rows: readonly StagedRow[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  rows.forEach((row, ord) => {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ords: [ord], standing: null, conflicts: [] });
    else group.ords.push(ord);
  });
  return groups;
}

function rowsAt(rows: readonly StagedRow[], ords: readonly number[]): StagedRow[] {
  return ords.map((ord) => rows[ord]).filter((row) => row !== undefined);
}

const isEqualTo =
  (standing: StagedRow) =>
  (row: StagedRow): boolean =>
    compareCandidates(row, standing) === 0;
