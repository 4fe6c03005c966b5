import type { FleetFigures } from '../../client/live/index.js';

export interface FleetPoint {
  /** When this browser heard of them, ms since 1970 UTC: the clock of the database may differ. */
  readonly atMs: number;
  readonly figures: FleetFigures;
}

/** What sparklines show, ms. */
export const HISTORY_MS = 10 * 60_000;
/** What they show at least, ms: the first figures of a page don't fill it. */
const LEAST_MS = 60_000;
/** Should figures come oftener than they do. */
const MAX_POINTS = 1_200;

/** The history with one more, without what is too old to be shown. The same figures told again (a new connection) count once. */
export function keptHistory(
  history: readonly FleetPoint[],
  figures: FleetFigures,
  atMs: number,
): readonly FleetPoint[] {
  if (history.at(-1)?.figures.timestamp === figures.timestamp) return history;
  const kept = history.filter((point) => point.atMs > atMs - HISTORY_MS);
  return [...kept.slice(-MAX_POINTS + 1), { atMs, figures }];
}

/** The range of time that a picture of the history shows, up to now: as much as there is of it. */
export function historyRange(
  history: readonly FleetPoint[],
  nowMs: number,
): { fromMs: number; toMs: number } {
  // What came after the last tick of the clock belongs to the picture, too.
  const toMs = Math.max(nowMs, history.at(-1)?.atMs ?? 0);
  const firstMs = Math.min(history[0]?.atMs ?? toMs, toMs - LEAST_MS);
  return { fromMs: Math.max(firstMs, toMs - HISTORY_MS), toMs };
}
