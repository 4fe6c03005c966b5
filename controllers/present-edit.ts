import { SERIES_KEY } from '../protocol/live/present-reading.js';
import type { EditRow } from '../store/read/edits.js';

/** Fields of an edit, in the order of CSV's columns. */
export const EDIT_COLUMNS = [
  'id',
  ...SERIES_KEY,
  'action',
  'from',
  'to',
  'value',
  'transactionId',
  'findingId',
  'reason',
  'madeBy',
  'madeAt',
  'undoneBy',
  'undoneAt',
  'undoneReason',
];

export function presentEdit({ actor, from, to, madeAt, undoneAt, ...edit }: EditRow) {
  return {
    ...edit,
    from: from.toISOString(),
    to: to.getTime() - from.getTime() === 1 ? null : to.toISOString(),
    madeBy: actor,
    madeAt: madeAt.toISOString(),
    undoneAt: undoneAt?.toISOString() ?? null,
  };
}
