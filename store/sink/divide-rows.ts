import type { NewestKnown } from './newest-known.js';
import type { StagedRow } from './staged-row.js';

/** Rows of a batch by their index in it, in their order. */
export interface Division {
  /** Each of a key of its own, which nothing is stored under as far as is known. */
  readonly fresh: readonly number[];
  /** All others: of a key that comes twice in the batch, or no newer than what is stored of their series. */
  readonly uncertain: readonly number[];
}

/** What a batch tells of a series. */
export interface SeriesOfBatch {
  /** ms since 1970 UTC. */
  newestMs: number;
  /** Each of its rows is later than the one before: none of them shares a key. */
  isOrdered: boolean;
}

/** By id, in the order of the rows. */
export function seriesOf(rows: readonly StagedRow[]): Map<number, SeriesOfBatch> {
  const all = new Map<number, SeriesOfBatch>();
  for (const { seriesId, timestampMs } of rows) {
    const series = all.get(seriesId);
    if (series === undefined) all.set(seriesId, { newestMs: timestampMs, isOrdered: true });
    else if (timestampMs > series.newestMs) series.newestMs = timestampMs;
    else series.isOrdered = false;
  }
  return all;
}

/** Which rows can be taken for new. */
export function divideRows(
  rows: readonly StagedRow[],
  series: ReadonlyMap<number, SeriesOfBatch>,
  newest: Pick<NewestKnown, 'of'>,
): Division {
  const isOrdered = ({ seriesId }: StagedRow): boolean => series.get(seriesId)?.isOrdered === true;
  const repeats = new Map<string, boolean>();
  for (const row of rows) {
    if (!isOrdered(row)) repeats.set(keyOf(row), repeats.has(keyOf(row)));
  }
  const fresh: number[] = [];
  const uncertain: number[] = [];
  rows.forEach((row, ord) => {
    const isNew = row.timestampMs > (newest.of(row.seriesId) ?? Infinity);
    const isAlone = isOrdered(row) || repeats.get(keyOf(row)) === false;
    (isNew && isAlone ? fresh : uncertain).push(ord);
  });
  return { fresh, uncertain };
}

/** What is unique in `readings`. */
export const keyOf = ({ seriesId, timestampMs, contextId }: StagedRow): string =>
  `${seriesId}/${timestampMs}/${contextId}`;
