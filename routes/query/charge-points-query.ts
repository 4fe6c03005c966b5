import { z } from 'zod';
import { CHARGE_POINT_STATUSES, type ChargePointStatus } from '../../store/read/charge-points.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'charge-points';
const STATUSES = [...CHARGE_POINT_STATUSES, 'all'] as const;
const INCLUDES = ['connection'] as const;
/** Retired ones are deleted, save for those who ask for them. */
const IN_USE: readonly ChargePointStatus[] = ['active', 'held'];

export const chargePointsQuery = z.object({
  site: parameter.site.optional(),
  status: parameter
    .once(z.enum(STATUSES, { error: `expected one of ${STATUSES.join(', ')}` }))
    .optional()
    .describe('Only these; without it all but `retired`.'),
  search: parameter
    .once(parameter.text(1, 255))
    .optional()
    .describe('Only those with this text in their id or label, in whatever case.'),
  include: parameter
    .once(z.enum(INCLUDES, { error: `expected ${INCLUDES.join(', ')}` }))
    .optional()
    .describe('`connection`: tell of each whether it is connected, and since when.'),
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, z.tuple([parameter.chargePointIdText]))).optional(),
});
export type ChargePointsQuery = z.output<typeof chargePointsQuery>;

export function statusesOf({ status }: Pick<ChargePointsQuery, 'status'>): readonly ChargePointStatus[] {
  if (status === undefined) return IN_USE;
  return status === 'all' ? CHARGE_POINT_STATUSES : [status];
}

export function chargePointsCursor(lastId: string): string {
  return encodeCursor(KIND, [lastId]);
}

export const importQuery = z.object({
  dryRun: parameter
    .once(z.enum(['true', 'false'], { error: 'expected true or false' }).transform((text) => text === 'true'))
    .optional()
    .default(false)
    .describe('`true`: only say what would happen.'),
});
export type ImportQuery = z.output<typeof importQuery>;

export const chargePointParams = z.object({ id: parameter.chargePointIdText });
export type ChargePointParams = z.output<typeof chargePointParams>;
