import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'estimates';

/** End and series of the last estimate. */
const cursorKeys = z.tuple([timeMs, z.int().positive()]);
export type EstimatesCursor = z.output<typeof cursorKeys>;

export const estimatesQuery = z
  .object({
    chargePointId: parameter.chargePointIds,
    measurand: parameter.measurand.optional(),
    from: parameter.from.describe('Only those of any instant from here on.'),
    to: parameter.to.describe('Only those of any instant before.'),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type EstimatesQuery = z.output<typeof estimatesQuery>;

export function estimatesCursor(keys: EstimatesCursor): string {
  return encodeCursor(KIND, keys);
}
