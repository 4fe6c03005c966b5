import { z } from 'zod';
import { REJECT_REASONS } from '../../protocol/reject.js';
import { QUARANTINE_STATUSES } from '../../store/read/quarantine.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'quarantine';
const STATUSES = [...QUARANTINE_STATUSES, 'all'] as const;
const reasons = Object.keys(REJECT_REASONS);
export const rejectReason = z.enum(reasons, { error: `expected one of ${reasons.join(', ')}` });

/** Time of arrival and id of the last part. */
export const quarantineCursorKeys = z.tuple([timeMs, z.int().positive()]);
export type QuarantineCursor = z.output<typeof quarantineCursorKeys>;

const filters = {
  status: parameter
    .once(z.enum(STATUSES, { error: `expected one of ${STATUSES.join(', ')}` }))
    .optional()
    .default('open')
    .describe('`resolved`: sent again, and something good came of it; `open`: the others.'),
  reason: parameter.once(rejectReason).describe('Only parts with this reason.').optional(),
  chargePointId: parameter.chargePointIds.optional(),
  from: parameter.from.describe('The first arrival.'),
  to: parameter.to.describe('Only parts that arrived before.'),
};

export const quarantineQuery = z
  .object({
    ...filters,
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, quarantineCursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type QuarantineQuery = z.output<typeof quarantineQuery>;

export const quarantineReasonsQuery = z.object(filters).refine(parameter.isForward, parameter.BACKWARD);
export type QuarantineReasonsQuery = z.output<typeof quarantineReasonsQuery>;

export function quarantineCursor(keys: QuarantineCursor): string {
  return encodeCursor(KIND, keys);
}

export const quarantinedPartParams = z.object({
  id: parameter.idText('a part').describe('Id of the part.'),
});
export type QuarantinedPartParams = z.output<typeof quarantinedPartParams>;
