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
  return [...times].flatMap(([seriesId, all]) => spansOf(seriesId, all));
}

function spansOf(seriesId: number, times: number[]): Span[] {
  times.sort((a, b) => a - b);
  const spans: { seriesId: number; fromMs: number; toMs: number }[] = [];
  for (const ms of times) {
    const last = spans.at(-1);
    if (last !== undefined && ms - last.toMs <= APART_MS) last.toMs = ms;
    else spans.push({ seriesId, fromMs: ms, toMs: ms });
  }
  return spans;
}
