import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'conflicts';

export const conflictsQuery = z.object({
  chargePointId: parameter.chargePointId.optional(),
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, z.tuple([z.int().positive()]))).optional(),
});
export type ConflictsQuery = z.output<typeof conflictsQuery>;

export function conflictsCursor(lastId: number): string {
  return encodeCursor(KIND, [lastId]);
}
