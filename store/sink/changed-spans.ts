import type { Span } from '../rollups/marks.js';
import type { StagedRow } from './staged-row.js';

/** Changes of a series farther apart than this are two spans: what lies between needn't be computed again. */
const APART_MS = 3_600_000;

/** @param rows of a batch that went in, now stand, or are new conflicts. @returns their spans, by series and time. */
export function changedSpans(rows: Iterable<StagedRow>): Span[] {
  const times = new Map<number, number[]>();
  for (const { seriesId, timestampMs } of rows) {
    const known = times.get(seriesId);
    if (known === undefined) times.set(seriesId, [timestampMs]);
    else known.push(timestampMs);
  }
  return [...times].flatMap(([seriesId, all]) =>
    spansOf(
      seriesId,
      all.sort((a, b) => a - b),
    ),
  );
}

/** Of rows of one series in the order of time. */
export function spansOfSeries(rows: readonly StagedRow[]): Span[] {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  const { seriesId, timestampMs: fromMs } = first;
  if (last.timestampMs - fromMs <= APART_MS) return [{ seriesId, fromMs, toMs: last.timestampMs }];
  return spansOf(
    seriesId,
    rows.map(({ timestampMs }) => timestampMs),
  );
}

/** @param times are sorted. */
function spansOf(seriesId: number, times: readonly number[]): Span[] {
  const spans: { seriesId: number; fromMs: number; toMs: number }[] = [];
  for (const ms of times) {
    const last = spans.at(-1);
    if (last !== undefined && ms - last.toMs <= APART_MS) last.toMs = ms;
    else spans.push({ seriesId, fromMs: ms, toMs: ms });
  }
  return spans;
}
