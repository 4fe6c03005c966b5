import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'signed-values';

/** Time and id of the last signed value. */
const cursorKeys = z.tuple([timeMs, z.int().positive()]);
export type SignedValuesCursor = z.output<typeof cursorKeys>;

export const signedValuesQuery = z
  .object({
    chargePointId: parameter.chargePointIds,
    transactionId: parameter
      .once(parameter.text(1, 255))
      .optional()
      .describe('Only of this session, as the charge point names it.'),
    from: parameter.from,
    to: parameter.to,
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type SignedValuesQuery = z.output<typeof signedValuesQuery>;

export function signedValuesCursor(keys: SignedValuesCursor): string {
  return encodeCursor(KIND, keys);
}
