import { z } from 'zod';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'aggregates';
export const AGGREGATE_GROUPINGS = ['series', 'connector', 'chargePoint', 'site', 'none'] as const;
export type AggregateGrouping = (typeof AGGREGATE_GROUPINGS)[number];

const id = parameter.chargePointIdText;
const name = parameter.nameText;
/** A phase, location or unit may be empty. */
const text = z
  .string()
  .max(50)
  .regex(/^\P{Cc}*$/u);

/** Grouping, then its keys and the begin of the interval of the last item. */
const cursorKeys = z.union([
  z.tuple([z.literal('series'), id, z.int32(), z.int32(), name, text, text, text, timeMs]),
  z.tuple([z.literal('connector'), id, z.int32(), z.int32(), name, text, text, timeMs]),
  z.tuple([z.literal('chargePoint'), id, name, text, text, timeMs]),
  z.tuple([z.literal('site'), parameter.siteText, name, text, text, timeMs]),
  z.tuple([z.literal('none'), name, text, text, timeMs]),
]);
export type AggregatesCursor = z.output<typeof cursorKeys>;

export const aggregatesQuery = z
  .object({
    from: parameter.fromEdge,
    to: parameter.toEdge,
    interval: parameter.interval.optional().default('1h').describe('Length of the buckets.'),
    timezone: parameter.timezone,
    chargePointId: parameter.chargePointIds.optional(),
    site: parameter.site.optional(),
    connectorId: parameter.connectorId.optional(),
    measurand: parameter.measurand.optional(),
    phase: parameter.phase.optional(),
    groupBy: parameter
      .once(z.enum(AGGREGATE_GROUPINGS, { error: `expected one of ${AGGREGATE_GROUPINGS.join(', ')}` }))
      .optional()
      .default('series')
      .describe('What there is one item for, in each bucket; measurands, phases and units are never merged.'),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD)
  .refine(
    ({ measurand, groupBy, chargePointId }) =>
      measurand !== undefined || (groupBy === 'series' && chargePointId !== undefined),
    { error: 'required, unless groupBy is series and chargePointId is given', path: ['measurand'] },
  )
  .refine(({ groupBy, cursor }) => cursor === undefined || cursor[0] === groupBy, {
    error: 'a cursor of another groupBy; repeat the request of the page before as it is',
    path: ['cursor'],
  });
export type AggregatesQuery = z.output<typeof aggregatesQuery>;

export function aggregatesCursor(keys: readonly (string | number | null)[]): string {
  return encodeCursor(KIND, keys);
}
