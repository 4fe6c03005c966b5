import { describe, expect, it } from 'vitest';
import type { Level, RollupRow } from '../../store/rollups/rollup-row.js';
import { noRollups, type SeriesRollups } from '../../store/rollups/stored-rollups.js';
import type { BucketRow } from './compute-rollups.js';
import { Rhythm } from './rhythm.js';
import { coarserRow } from './coarser-row.js';
import { findChanges } from './series-changes.js';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One power sample of this value, in the bucket that begins then. */
function bucket(bucketMs: number, value: number): BucketRow {
  const sample = {
    ms: bucketMs,
    value,
    rank: 0,
    class: 'sample' as const,
    session: null,
    isEnd: false,
    receivedMs: bucketMs,
    edit: null,
  };
  const samples = { first: sample, last: sample, min: value, max: value, sum: value };
  return { bucketMs, count: 1, conflicts: 0, samples, energy: null, energySamples: 0, rhythm: new Rhythm() };
}

/** What is told of, as `level kind begin`. */
function changes(
  stored: SeriesRollups,
  fromMs: number,
  toMs: number,
  buckets: readonly BucketRow[],
  doubt = false,
): string[] {
  const told: string[] = [];
  const tell = (kind: string) => (level: Level, _: number, row: RollupRow | number) =>
    void told.push(`${level} ${kind} ${typeof row === 'number' ? row : row.bucketMs}`);
  findChanges(
    7,
    stored,
    [{ inner: { fromMs, toMs }, buckets }],
    {
      added: tell('added'),
      changed: tell('changed'),
      gone: tell('gone'),
      doubted: (_, dayMs) => void told.push(`doubted ${dayMs}`),
    },
    doubt,
  );
  return told;
}

/** As a pass before left them. */
function storedAfter(buckets: readonly BucketRow[]): SeriesRollups {
  const stored = noRollups();
  changes(stored, 0, DAY_MS, buckets);
  return stored;
}

describe('changes of a series', () => {
  it('are new rows at every level for the first sample', () => {
    expect(changes(noRollups(), 0, QUARTER_MS, [bucket(0, 5)])).toEqual([
      '0 added 0',
      '1 added 0',
      '2 added 0',
    ]);
  });

  it('are none when all is as it was', () => {
    const stored = storedAfter([bucket(0, 5), bucket(HOUR_MS, 6)]);
    expect(changes(stored, 0, DAY_MS, [bucket(0, 5), bucket(HOUR_MS, 6)])).toEqual([]);
  });

  it('leave the rest of the hour and the day in them', () => {
    const stored = storedAfter([bucket(0, 5), bucket(HOUR_MS, 6)]);
    expect(changes(stored, QUARTER_MS, 2 * QUARTER_MS, [bucket(QUARTER_MS, 9)])).toEqual([
      `0 added ${QUARTER_MS}`,
      '1 changed 0',
      '2 changed 0',
    ]);
    expect(stored[2].get(0)).toMatchObject({ count: 3, min: 5, max: 9, sum: 20, first: 5, last: 6 });
  });

  it('are of what is gone, and of nothing outside of what was computed', () => {
    const stored = storedAfter([bucket(0, 5), bucket(HOUR_MS, 6)]);
    expect(changes(stored, HOUR_MS, HOUR_MS + QUARTER_MS, [])).toEqual([
      `0 gone ${HOUR_MS}`,
      `1 gone ${HOUR_MS}`,
      '2 changed 0',
    ]);
    expect(changes(stored, 0, QUARTER_MS, [])).toEqual(['0 gone 0', '1 gone 0', '2 gone 0']);
  });

  it('are found where an hour or a day is not what is in it, when that is doubted', () => {
    const stored = storedAfter([bucket(0, 5)]);
    const right = stored[1].get(0);
    stored[1].set(
      0,
      coarserRow(
        0,
        [right, right].filter((row) => row !== undefined),
      ),
    );
    expect(changes(stored, 0, QUARTER_MS, [bucket(0, 5)])).toEqual([]);
    expect(changes(stored, 0, QUARTER_MS, [bucket(0, 5)], true)).toEqual(['1 changed 0', 'doubted 0']);
    expect(stored[1].get(0)).toEqual(right);
  });
});
