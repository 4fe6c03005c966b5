import { z } from 'zod';
import { parseChangeId } from '../../protocol/live/change-id.js';
import * as parameter from './parameters.js';
import { wires } from './wire.js';

const MESSAGE = 'not a cursor of changes; take nextCursor, or the changeId of a page or message, as it is';
/** Sixteen digits, a point, ten digits. */
const MAX_CHARACTERS = 27;

const cursor = z
  .string()
  .transform((text, context) => {
    const changeId = text.length > MAX_CHARACTERS ? null : parseChangeId(text);
    if (changeId !== null) return changeId;
    context.issues.push({ code: 'custom', message: MESSAGE, input: text });
    return z.NEVER;
  })
  .register(wires, { type: 'string', maxLength: MAX_CHARACTERS, pattern: '^[0-9]+(\\.[0-9]+)?$' })
  .describe(
    'What was seen last: `nextCursor`, or the `changeId` of a list or of a message of `/live`. Without it nothing is told but the cursor of now.',
  );

export const changesQuery = z.object({
  limit: parameter.limit,
  cursor: parameter.once(cursor).optional(),
});
export type ChangesQuery = z.output<typeof changesQuery>;
