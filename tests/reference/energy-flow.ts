/** The words that registers and intervals share: flows and suspects, what is possible, the cadence. */
import { DAY_MS, HOUR_MS } from './model.js';

/** Energy that flows evenly between two times. */
export interface Flow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly wh: number;
  readonly isEstimated: boolean;
  readonly session: string | null;
}

/** Energy that would have been billed without the rules. */
export interface Suspect {
  readonly atMs: number;
  readonly wh: number;
  readonly session: string | null;
}

export interface SeriesEnergy {
  readonly flows: readonly Flow[];
  readonly suspects: readonly Suspect[];
}

/** 500 A at 1,000 V. */
const MOST_WATTS = 500_000;
/** The coarsest register. */
const COARSEST_WH = 1_000;
export const LONGEST_STEP_MS = 31 * DAY_MS;

export function isPossible(wh: number, lengthMs: number): boolean {
  return wh <= (MOST_WATTS * lengthMs) / HOUR_MS + COARSEST_WH;
}

/** Null when there are fewer than two samples. `at` is the place of v among the samples. */
export function cadenceAt(samples: readonly { readonly timeMs: number }[], at: number): number | null {
  const spans: number[] = [];
  // The span that ends at v begins at the sample before it: three more on either side.
  for (let end = at - 3; end <= at + 3; end++) {
    const from = samples[end - 1];
    const to = samples[end];
    if (from !== undefined && to !== undefined) spans.push(to.timeMs - from.timeMs);
  }
  spans.sort((a, b) => b - a);
  return spans[2] ?? spans.at(-1) ?? null;
}
