import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { uuid } from './uuid.js';

const KIND = 'commands';

/** Time of the request, µs since 1970, and id of the last command. */
const cursorKeys = z.tuple([z.int().nonnegative(), uuid]);
export type CommandsCursor = z.output<typeof cursorKeys>;

export const commandsQuery = z.object({
  limit: parameter.limit,
  cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
});
export type CommandsQuery = z.output<typeof commandsQuery>;

export function commandsCursor(keys: CommandsCursor): string {
  return encodeCursor(KIND, keys);
}

export const commandParams = z.object({
  id: parameter.chargePointIdText,
  commandId: uuid.describe('Id of the command.'),
});
export type CommandParams = z.output<typeof commandParams>;
