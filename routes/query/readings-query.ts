import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'readings';

/** Last series, timestamp and context, then the window of the first page: what comes in meanwhile doesn't widen it. */
const cursorKeys = z.tuple([z.int32(), timeMs, z.int().min(-32_768).max(32_767), timeMs, timeMs]);
export type ReadingsCursor = z.output<typeof cursorKeys>;

export const readingsQuery = z
  .object({
    chargePointId: parameter.chargePointIds,
    from: parameter.from.describe(
      'The first instant; 400 days before `to`, or the oldest reading, when none is given.',
    ),
    to: parameter.to.describe(
      'The instant to stop before; the end of the newest reading when none is given.',
    ),
    connectorId: parameter.connectorId.optional(),
    measurand: parameter.measurand.optional(),
    phase: parameter.phase.optional(),
    context: parameter.context.optional(),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type ReadingsQuery = z.output<typeof readingsQuery>;

export function readingsCursor(keys: ReadingsCursor): string {
  return encodeCursor(KIND, keys);
}
