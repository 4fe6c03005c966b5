import { z } from 'zod';
import { FINDING_RULES } from '../../helpers/finding-rules.js';
import { FINDING_STATES } from '../../store/read/findings.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'findings';
const COUNTS_KIND = 'finding-counts';

/** Begin and id of the last finding. */
const cursorKeys = z.tuple([timeMs, z.int().positive()]);
export type FindingsCursor = z.output<typeof cursorKeys>;

/** Charge point and rule of the last count. */
const countsCursorKeys = z.tuple([parameter.chargePointIdText, parameter.nameText]);
export type FindingCountsCursor = z.output<typeof countsCursorKeys>;

const filters = {
  chargePointId: parameter.chargePointIds.optional(),
  site: parameter.site.optional(),
  connectorId: parameter.connectorId.optional(),
  measurand: parameter.measurand.optional(),
  rule: parameter
    .once(z.enum(FINDING_RULES, { error: `expected one of ${FINDING_RULES.join(', ')}` }))
    .optional()
    .describe('Only what this rule found.'),
  state: parameter
    .once(z.enum(FINDING_STATES, { error: `expected one of ${FINDING_STATES.join(', ')}` }))
    .optional()
    .describe('Only findings of which this became.'),
  from: parameter.from.describe('The first begin of a finding.'),
  to: parameter.to.describe('Only findings that begin before.'),
  limit: parameter.limit,
};

export const findingsQuery = z
  .object({ ...filters, cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional() })
  .refine(parameter.isForward, parameter.BACKWARD);
export type FindingsQuery = z.output<typeof findingsQuery>;

export const findingCountsQuery = z
  .object({ ...filters, cursor: parameter.once(cursorSchema(COUNTS_KIND, countsCursorKeys)).optional() })
  .refine(parameter.isForward, parameter.BACKWARD);
export type FindingCountsQuery = z.output<typeof findingCountsQuery>;

export function findingsCursor(keys: FindingsCursor): string {
  return encodeCursor(KIND, keys);
}

export function findingCountsCursor(keys: FindingCountsCursor): string {
  return encodeCursor(COUNTS_KIND, keys);
}
