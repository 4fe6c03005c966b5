import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'completeness';
/** Gaps are looked for in quarters of an hour, of every series. */
const MAX_GAP_DAYS = 31;
const DAY_MS = 86_400_000;

export const completenessQuery = z
  .object({
    from: parameter.fromEdge,
    to: parameter.toEdge,
    chargePointId: parameter.chargePointIds.optional(),
    site: parameter.site.optional(),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, z.tuple([parameter.chargePointIdText]))).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type CompletenessQuery = z.output<typeof completenessQuery>;

export function completenessCursor(lastId: string): string {
  return encodeCursor(KIND, [lastId]);
}

export const seriesCompletenessQuery = z
  .object({ from: parameter.fromEdge, to: parameter.toEdge })
  .refine(parameter.isForward, parameter.BACKWARD)
  .refine(({ from, to }) => to - from <= MAX_GAP_DAYS * DAY_MS, {
    error: `expected at most ${MAX_GAP_DAYS} days`,
    path: ['to'],
  });
export type SeriesCompletenessQuery = z.output<typeof seriesCompletenessQuery>;
