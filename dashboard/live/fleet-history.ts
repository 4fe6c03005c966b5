import type { FleetFigures } from '../../client/live/index.js';

export interface FleetPoint {
  /** When this browser heard of them, ms since 1970 UTC: the clock of the database may differ. */
  readonly atMs: number;
  readonly figures: FleetFigures;
}

/** What sparklines show, ms. */
export const HISTORY_MS = 10 * 60_000;
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
