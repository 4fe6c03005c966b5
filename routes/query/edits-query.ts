import { z } from 'zod';
import { EDIT_ACTIONS } from '../../store/edits/edit-action.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';

const KIND = 'edits';
const ACTIONS = Object.keys(EDIT_ACTIONS) as (keyof typeof EDIT_ACTIONS)[];
const STATES = ['holding', 'undone', 'all'] as const;

/** Id of the last edit. */
const cursorKeys = z.tuple([z.int().positive()]);
export type EditsCursor = z.output<typeof cursorKeys>;

export const editAction = z.enum(ACTIONS, { error: `expected one of ${ACTIONS.join(', ')}` });

export const editsQuery = z
  .object({
    chargePointId: parameter.chargePointIds.optional(),
    action: parameter.once(editAction).optional().describe('Only edits that decided so.'),
    state: parameter
      .once(z.enum(STATES, { error: `expected one of ${STATES.join(', ')}` }))
      .optional()
      .default('all')
      .describe('`holding`: not undone.'),
    findingId: parameter
      .once(parameter.idText('a finding'))
      .optional()
      .describe('Only those that name this finding.'),
    from: parameter.from.describe('Only those about any instant from here on.'),
    to: parameter.to.describe('Only those about any instant before.'),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type EditsQuery = z.output<typeof editsQuery>;

export function editsCursor(keys: EditsCursor): string {
  return encodeCursor(KIND, keys);
}

export const editParams = z.object({ id: parameter.idText('an edit').describe('Id of the edit.') });
export type EditParams = z.output<typeof editParams>;
