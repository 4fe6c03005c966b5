import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'conflicts';
const COUNTS_KIND = 'conflict-counts';

/** Time of the reading and id of the last conflict. */
const cursorKeys = z.tuple([timeMs, z.int().positive()]);
export type ConflictsCursor = z.output<typeof cursorKeys>;

/** Charge point and measurand of the last count. */
const countsCursorKeys = z.tuple([parameter.chargePointIdText, parameter.nameText]);
export type ConflictCountsCursor = z.output<typeof countsCursorKeys>;

const filters = {
  chargePointId: parameter.chargePointIds.optional(),
  connectorId: parameter.connectorId.optional(),
  measurand: parameter.measurand.optional(),
  context: parameter.context.optional(),
  from: parameter.from.describe('The first time of a reading.'),
  to: parameter.to.describe('Only readings before.'),
  limit: parameter.limit,
};

export const conflictsQuery = z
  .object({ ...filters, cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional() })
  .refine(parameter.isForward, parameter.BACKWARD);
export type ConflictsQuery = z.output<typeof conflictsQuery>;

export const conflictCountsQuery = z
  .object({ ...filters, cursor: parameter.once(cursorSchema(COUNTS_KIND, countsCursorKeys)).optional() })
  .refine(parameter.isForward, parameter.BACKWARD);
export type ConflictCountsQuery = z.output<typeof conflictCountsQuery>;

export function conflictsCursor(keys: ConflictsCursor): string {
  return encodeCursor(KIND, keys);
}

export function conflictCountsCursor(keys: ConflictCountsCursor): string {
  return encodeCursor(COUNTS_KIND, keys);
}
