import { z } from 'zod';
import { isCleanText } from '../../protocol/identifier.js';
import { MAX_CONNECTOR, MAX_MAGNITUDE } from '../../protocol/leniency.js';
import { editAction } from '../query/edits-query.js';
import { BACKWARD, chargePointIdText, isForward, nameText, text, timeText } from '../query/parameters.js';

const MAX_REASON = 500;
const REASON_MESSAGE = `expected a text of 1 to ${MAX_REASON} characters, not blank, without control characters`;
const VALUE_MESSAGE = 'expected a number of at most 1e15 on either side of 0';
const PLACE_MESSAGE = `expected a whole number from 0 to ${MAX_CONNECTOR}`;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;
const ID_MESSAGE = 'expected a whole number above 0';
const NAMES = ['connectorId', 'evseId', 'measurand', 'phase', 'location', 'unit'] as const;

const reason = z
  .string({ error: REASON_MESSAGE })
  .max(MAX_REASON, { error: REASON_MESSAGE, abort: true })
  .transform((text) => text.trim())
  .refine((text) => text !== '' && isCleanText(text), { error: REASON_MESSAGE })
  .describe('Why: whoever looks at the figures later reads it. It should name no person.');

const place = z
  .int({ error: PLACE_MESSAGE })
  .min(0, { error: PLACE_MESSAGE })
  .max(MAX_CONNECTOR, { error: PLACE_MESSAGE });

export const editBody = z
  .object({
    action: editAction.describe(
      '`confirm`: it is right; `exclude`: it counts no more; `replace`: `value` instead of what was read; `insert`: `value` where nothing was read.',
    ),
    findingId: z
      .int({ error: ID_MESSAGE })
      .positive({ error: ID_MESSAGE })
      .optional()
      .describe('The finding that is dealt with: series and time are its own, unless `from` says otherwise.'),
    chargePointId: chargePointIdText.optional().describe('Of the series, where no finding is named.'),
    connectorId: place.optional(),
    evseId: place
      .optional()
      .describe('Only needed where two series differ in it; so are `location` and `unit`.'),
    measurand: nameText.optional().describe('`Energy.Active.Import.Register` when absent.'),
    phase: text(0, 50).optional().describe('Of no single phase when absent.'),
    location: nameText.optional(),
    unit: nameText.optional(),
    from: timeText.optional().describe('The first instant that it is about.'),
    to: timeText
      .optional()
      .describe('The first instant that it is no more about; absent: it is about `from` alone.'),
    value: z
      .number({ error: VALUE_MESSAGE })
      .min(-MAX_MAGNITUDE, { error: VALUE_MESSAGE })
      .max(MAX_MAGNITUDE, { error: VALUE_MESSAGE })
      .optional()
      .describe("Of `replace` and `insert`, in the series' unit."),
    transactionId: text(1, 255)
      .optional()
      .describe('Of `insert`: the charging session that the value is of, as the charge point names it.'),
    reason,
  })
  .refine(({ findingId, chargePointId }) => (findingId === undefined) !== (chargePointId === undefined), {
    error: 'give either a findingId, or the chargePointId and connectorId of a series',
    path: ['findingId'],
  })
  .refine(
    (body) =>
      body.findingId === undefined ||
      body.chargePointId !== undefined ||
      NAMES.every((name) => body[name] === undefined),
    {
      error: 'a finding has its series: leave the names of a series out',
      path: ['findingId'],
    },
  )
  .refine(({ chargePointId, connectorId }) => chargePointId === undefined || connectorId !== undefined, {
    error: 'required: 0 is the charge point as a whole',
    path: ['connectorId'],
  })
  .refine(({ findingId, from }) => findingId !== undefined || from !== undefined, {
    error: 'required where no finding is named',
    path: ['from'],
  })
  .refine(({ from, to }) => to === undefined || from !== undefined, {
    error: 'required together with to',
    path: ['from'],
  })
  .refine(isForward, BACKWARD)
  .refine(({ from, to }) => from === undefined || to === undefined || to - from <= LONGEST_DAYS * DAY_MS, {
    error: `expected at most ${LONGEST_DAYS} days after from`,
    path: ['to'],
  })
  .refine(({ action, value }) => (value !== undefined) === (action === 'replace' || action === 'insert'), {
    error: 'required for replace and insert, and for these alone',
    path: ['value'],
  })
  .refine(({ value, to }) => value === undefined || to === undefined, {
    error: 'a value is of one instant: leave to out',
    path: ['to'],
  })
  .refine(({ action, transactionId }) => transactionId === undefined || action === 'insert', {
    error: 'only an inserted value names a session: a reading keeps its own',
    path: ['transactionId'],
  });
export type EditBody = z.output<typeof editBody>;

export const undoBody = z.object({ reason });
export type UndoBody = z.output<typeof undoBody>;
