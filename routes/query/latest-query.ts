import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'latest';
/** EVSE, connector, measurand, phase, location, unit of the last series. */
const nameText = z
  .string()
  .max(50)
  .regex(/^\P{Cc}*$/u);
const cursorKeys = z.tuple([z.int32(), z.int32(), nameText, nameText, nameText, nameText]);
export type LatestCursor = z.output<typeof cursorKeys>;

export const latestQuery = z.object({
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
});
export type LatestQuery = z.output<typeof latestQuery>;

export function latestCursor(keys: LatestCursor): string {
  return encodeCursor(KIND, keys);
}
