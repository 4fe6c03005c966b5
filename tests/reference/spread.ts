/** docs/energy.md, "Energy of a register", 7: into buckets of 15 minutes. */
import { LONGEST_STEP_MS, type Flow, type SeriesEnergy } from './energy-flow.js';
import { QUARTER_MS, bucketOf } from './model.js';

/** What one flow, or one suspect, gives to one bucket. */
export interface Part {
  readonly bucketMs: number;
  readonly session: string | null;
  readonly kind: 'measured' | 'estimated' | 'suspect';
  readonly wh: number;
}

/** Parts of 0 are left out. */
export function partsOf({ flows, suspects }: SeriesEnergy): Part[] {
  const parts: Part[] = [];
  for (const flow of flows) {
    const fromMs = Math.max(flow.fromMs, flow.toMs - LONGEST_STEP_MS);
    parts.push(...spread({ ...flow, fromMs }));
  }
  for (const { atMs, wh, session } of suspects) {
    parts.push({ bucketMs: bucketOf(atMs, QUARTER_MS), session, kind: 'suspect', wh });
  }
  return parts.filter(({ wh }) => wh !== 0);
}

function spread({ fromMs, toMs, wh, isEstimated, session }: Flow): Part[] {
  const parts: Part[] = [];
  for (let bucketMs = bucketOf(fromMs, QUARTER_MS); bucketMs < toMs; bucketMs += QUARTER_MS) {
    const overlapMs = Math.min(toMs, bucketMs + QUARTER_MS) - Math.max(fromMs, bucketMs);
    parts.push({
      bucketMs,
      session,
      kind: isEstimated ? 'estimated' : 'measured',
      wh: wh * (overlapMs / (toMs - fromMs)),
    });
  }
  return parts;
}
