import { z } from 'zod';
import { DIRECTIONS, ENERGY_MEASURANDS } from '../../store/read/energy.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'energy';
export const ENERGY_GROUPINGS = ['connector', 'chargePoint', 'site', 'none', 'transaction'] as const;
export type EnergyGrouping = (typeof ENERGY_GROUPINGS)[number];

const MEASURANDS = DIRECTIONS.flatMap((direction) => [...ENERGY_MEASURANDS[direction]]);

/** Grouping, then its keys and the begin of the interval (of sessions: listed time and row) of the last item. */
const cursorKeys = z.union([
  z.tuple([z.literal('connector'), parameter.chargePointIdText, z.int32(), z.int32(), timeMs]),
  z.tuple([z.literal('chargePoint'), parameter.chargePointIdText, timeMs]),
  z.tuple([z.literal('site'), parameter.siteText, timeMs]),
  z.tuple([z.literal('none'), timeMs]),
  z.tuple([z.literal('transaction'), timeMs.nullable(), z.int().positive()]),
]);
export type EnergyCursor = z.output<typeof cursorKeys>;

export const energyQuery = z
  .object({
    from: parameter.fromEdge,
    to: parameter.toEdge,
    interval: parameter.interval
      .optional()
      .describe('One item for each; without it one for the whole range.'),
    timezone: parameter.timezone,
    chargePointId: parameter.chargePointIds.optional(),
    site: parameter.site.optional(),
    connectorId: parameter.connectorId.optional(),
    measurand: parameter
      .once(z.enum(MEASURANDS, { error: `expected one of ${MEASURANDS.join(', ')}` }))
      .optional()
      .default(ENERGY_MEASURANDS.import[0])
      .describe(
        'Energy imported or exported; whether its series are registers or intervals is no matter here.',
      ),
    groupBy: parameter
      .once(z.enum(ENERGY_GROUPINGS, { error: `expected one of ${ENERGY_GROUPINGS.join(', ')}` }))
      .optional()
      .default('chargePoint')
      .describe('What there is one item for, in each interval.'),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD)
  .refine(({ groupBy, interval }) => groupBy !== 'transaction' || interval === undefined, {
    error: 'a session is one item: leave interval out, or group by connector to see the energy over time',
    path: ['interval'],
  })
  .refine(({ groupBy, cursor }) => cursor === undefined || cursor[0] === groupBy, {
    error: 'a cursor of another groupBy; repeat the request of the page before as it is',
    path: ['cursor'],
  });
export type EnergyQuery = z.output<typeof energyQuery>;

export function energyCursor(keys: readonly (string | number | null)[]): string {
  return encodeCursor(KIND, keys);
}
