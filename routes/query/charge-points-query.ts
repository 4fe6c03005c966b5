import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'charge-points';

export const chargePointsQuery = z.object({
  site: parameter.site.optional(),
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, z.tuple([parameter.chargePointIdText]))).optional(),
});
export type ChargePointsQuery = z.output<typeof chargePointsQuery>;

export function chargePointsCursor(lastId: string): string {
  return encodeCursor(KIND, [lastId]);
}

export const chargePointParams = z.object({ id: parameter.chargePointIdText });
export type ChargePointParams = z.output<typeof chargePointParams>;
