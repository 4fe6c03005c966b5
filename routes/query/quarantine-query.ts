import { z } from 'zod';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'quarantine';
const reasons = Object.keys(REJECT_REASONS);

export const quarantineQuery = z.object({
  reason: parameter
    .once(z.enum(reasons, { error: `expected one of ${reasons.join(', ')}` }))
    .describe('Only parts with this reason.')
    .optional(),
  chargePointId: parameter.chargePointId.optional(),
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, z.tuple([z.int().positive()]))).optional(),
});
export type QuarantineQuery = z.output<typeof quarantineQuery>;

export function quarantineCursor(lastId: number): string {
  return encodeCursor(KIND, [lastId]);
}
