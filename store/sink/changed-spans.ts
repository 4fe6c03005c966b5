import type { Span } from '../rollups/marks.js';
import type { StagedRow } from './staged-row.js';

/** Changes of a series farther apart than this are two spans: what lies between needn't be computed again. */
const APART_MS = 3_600_000;

/** The spans of the rows of a batch that went in, now stand, or are new conflicts: by series and time. */
export function changedSpans(rows: readonly StagedRow[], ords: Iterable<number>): Span[] {
  const times = new Map<number, number[]>();
  for (const ord of ords) {
    const row = rows[ord];
    if (row === undefined) continue;
    const known = times.get(row.seriesId);
    if (known === undefined) times.set(row.seriesId, [row.timestampMs]);
    else known.push(row.timestampMs);
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
