import type { NewestKnown } from './newest-known.js';
import type { StagedRow } from './staged-row.js';

/** What a batch tells of a series. */
export interface SeriesRows {
  /** In the order of arrival. */
  readonly rows: StagedRow[];
  /** ms since 1970 UTC. */
  newestMs: number;
  /** Each of its rows is later than the one before: none of them shares a key. */
  isOrdered: boolean;
}

export interface Division {
  /** Sorted by key: each of a key of its own, which nothing is stored under as far as is known. */
  readonly fresh: readonly StagedRow[];
  /** All others: of a key that comes twice in the batch, or no newer than what is stored of their series. */
  readonly uncertain: ReadonlySet<StagedRow>;
  /** The fresh rows once more. Series that came in order and as a whole are new, each by time: */
  readonly regular: readonly (readonly StagedRow[])[];
  /** and those of the other series. */
  readonly irregular: readonly StagedRow[];
}

/** By id of the series. Sees every reading. */
export function rowsBySeries(rows: readonly StagedRow[]): Map<number, SeriesRows> {
  const all = new Map<number, SeriesRows>();
  for (const row of rows) {
    const series = all.get(row.seriesId);
    if (series === undefined) {
      all.set(row.seriesId, { rows: [row], newestMs: row.timestampMs, isOrdered: true });
      continue;
    }
    series.rows.push(row);
    if (row.timestampMs > series.newestMs) series.newestMs = row.timestampMs;
    else series.isOrdered = false;
  }
  return all;
}

/** Which rows can be taken for new: none of a series of which it isn't known what is stored. */
export function divideRows(
  series: ReadonlyMap<number, SeriesRows>,
  newest: Pick<NewestKnown, 'of'>,
): Division {
  const fresh: StagedRow[] = [];
  const uncertain = new Set<StagedRow>();
  const regular: StagedRow[][] = [];
  const irregular: StagedRow[] = [];
  for (const [seriesId, { rows, isOrdered }] of [...series].sort(([a], [b]) => a - b)) {
    const knownMs = newest.of(seriesId) ?? Infinity;
    const isNewer = ({ timestampMs }: StagedRow): boolean => timestampMs > knownMs;
    const [first] = rows;
    if (isOrdered && first !== undefined && isNewer(first)) {
      regular.push(rows);
      for (const row of rows) fresh.push(row);
      continue;
    }
    const sorted = isOrdered ? rows : rows.toSorted(byTime);
    sorted.forEach((row, index) => {
      const isAlone = !isOfKey(row, sorted[index - 1]) && !isOfKey(row, sorted[index + 1]);
      if (isAlone && isNewer(row)) {
        fresh.push(row);
        irregular.push(row);
      } else {
        uncertain.add(row);
      }
    });
  }
  return { fresh, uncertain, regular, irregular };
}

/** Of rows of one series. */
const byTime = (a: StagedRow, b: StagedRow): number =>
  a.timestampMs - b.timestampMs || a.contextId - b.contextId;

const isOfKey = (a: StagedRow, b: StagedRow | undefined): boolean =>
  b !== undefined && a.timestampMs === b.timestampMs && a.contextId === b.contextId;
