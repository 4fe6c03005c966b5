import { z } from 'zod';
import { isChargePointId, isCleanText } from '../../protocol/identifier.js';
import { CHARGE_POINT_STATUSES } from '../../store/read/charge-points.js';

export const MAX_TEXT = 255;

const TEXT_MESSAGE = `expected a text of 0 to ${MAX_TEXT} characters without control characters`;
const ID_MESSAGE =
  'expected a text of 1 to 255 characters without control characters and others that can not be seen, neither blank nor . or .., which no address can carry';
const STATUS_MESSAGE = `expected one of ${CHARGE_POINT_STATUSES.join(', ')}`;

/** Whether a charge point of this id can be addressed: by the gateway's `/ocpp/{id}`, and by this API. */
export function isRegistrableId(text: string): boolean {
  return isChargePointId(text) && text !== '.' && text !== '..';
}

export const registrableId = z
  .string({ error: ID_MESSAGE })
  .min(1, { error: ID_MESSAGE, abort: true })
  .max(MAX_TEXT, { error: ID_MESSAGE, abort: true })
  .refine(isRegistrableId, { error: ID_MESSAGE });

const text = z
  .string({ error: TEXT_MESSAGE })
  .max(MAX_TEXT, { error: TEXT_MESSAGE, abort: true })
  .refine(isCleanText, { error: TEXT_MESSAGE });
const label = text.describe('What people call it.');
const site = text.describe('Where it stands; empty: of no site.');
const status = z.enum(CHARGE_POINT_STATUSES, { error: STATUS_MESSAGE });

export const newChargePointBody = z.object({
  id: registrableId.describe('As the charge point names itself in its address.'),
  label: label.optional().default(''),
  site: site.optional().default(''),
  status: z
    .enum(['active', 'held'], { error: 'expected one of active, held' })
    .optional()
    .default('active')
    .describe('What a `held` one sends is kept aside until it is active.'),
});
export type NewChargePointBody = z.output<typeof newChargePointBody>;

/** All of it: what a PUT leaves out is a mistake, not a wish. */
export const chargePointBody = z.object({ label, site, status });
export type ChargePointBody = z.output<typeof chargePointBody>;

export const chargePointChange = z
  .object({ label: label.optional(), site: site.optional(), status: status.optional() })
  .refine((change) => Object.keys(change).length > 0, {
    error: 'give at least one of label, site and status',
    path: ['label'],
  });
export type ChargePointChangeBody = z.output<typeof chargePointChange>;

export const registrableParams = z.object({ id: registrableId.describe('Id of a charge point.') });
export type RegistrableParams = z.output<typeof registrableParams>;
