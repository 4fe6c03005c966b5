import { z } from 'zod';
import { cursorSchema, encodeCursor } from '../query/cursor.js';
import { chargePointIdText, MAX_LIMIT } from '../query/parameters.js';
import { quarantineCursorKeys, rejectReason, type QuarantineCursor } from '../query/quarantine-query.js';

const KIND = 'redrive';

export const redriveBody = z
  .object({
    ids: z
      .array(z.int({ error: 'expected whole numbers' }).positive({ error: 'expected numbers above 0' }), {
        error: 'expected a list of ids',
      })
      .min(1, { error: 'expected at least one id' })
      .max(MAX_LIMIT, { error: `expected at most ${MAX_LIMIT} ids` })
      .transform((ids) => [...new Set(ids)])
      .optional()
      .describe('Only these parts.'),
    reason: rejectReason.optional().describe('Only parts with this reason.'),
    chargePointId: chargePointIdText.optional().describe('Only parts of this charge point.'),
    limit: z
      .int({ error: `expected a whole number from 1 to ${MAX_LIMIT}` })
      .min(1, { error: `expected a whole number from 1 to ${MAX_LIMIT}` })
      .max(MAX_LIMIT, { error: `expected a whole number from 1 to ${MAX_LIMIT}` })
      .optional()
      .default(MAX_LIMIT)
      .describe('Most parts to look at.'),
    cursor: cursorSchema(KIND, quarantineCursorKeys)
      .optional()
      .describe('`nextCursor` of the answer before, as it is.'),
  })
  .refine(({ ids, reason, chargePointId }) => (ids ?? reason ?? chargePointId) !== undefined, {
    error: 'give at least one of ids, reason and chargePointId',
    path: ['ids'],
  });
export type RedriveBody = z.output<typeof redriveBody>;

export function redriveCursor(keys: QuarantineCursor): string {
  return encodeCursor(KIND, keys);
}
