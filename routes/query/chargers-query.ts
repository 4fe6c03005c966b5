import { z } from 'zod';
import { toBaseUnit, unitRule } from '../../protocol/units.js';
import * as parameter from './parameters.js';
import { wires } from './wire.js';

/** Messages that page numbers reach: each page walks over those before it. */
export const MAX_DEPTH = 10_000;
const MAX_CHARGE_POINTS = 100;

const page = parameter
  .once(
    z
      .string()
      .refine((text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= MAX_DEPTH, {
        error: `expected a whole number from 1 to ${MAX_DEPTH}`,
      })
      .transform(Number)
      .register(wires, { type: 'integer', minimum: 1, maximum: MAX_DEPTH }),
  )
  .optional()
  .default(1)
  .describe(`From 1; \`page\` × \`limit\` is at most ${MAX_DEPTH}.`);

/** Comma-separated, repeatable, or both. */
const chargePointIds = z
  .array(z.string())
  .transform((values) => [...new Set(values.flatMap((value) => value.split(',')))])
  .pipe(
    z
      .array(parameter.chargePointIdText)
      .max(MAX_CHARGE_POINTS, { error: `more than ${MAX_CHARGE_POINTS} ids` })
      .register(wires, {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 255 },
        minItems: 1,
        maxItems: MAX_CHARGE_POINTS,
      }),
  )
  .describe('Comma-separated or repeated. An id that has a comma is asked for at `/v1/readings`.');

const isReachable = (query: { page: number; limit: number }): boolean =>
  query.page * query.limit <= MAX_DEPTH;
const UNREACHABLE = {
  error: `page × limit is at most ${MAX_DEPTH}: narrow by from and to, or go on with GET /v1/readings, whose cursor reaches any depth`,
  path: ['page'],
};

export const chargersAllQuery = z
  .object({
    page,
    limit: parameter.limit,
    chargePointIds: chargePointIds.optional(),
    from: parameter.from.describe('The first instant; 400 days before `to` when none is given.'),
    to: parameter.to.describe('The instant to stop before; the newest reading when none is given.'),
  })
  .refine(isReachable, UNREACHABLE)
  .refine(parameter.isForward, parameter.BACKWARD);
export type ChargersAllQuery = z.output<typeof chargersAllQuery>;

interface Sought {
  readonly value?: string | undefined;
  readonly measurand?: string | undefined;
  readonly unit?: string | undefined;
}

/** The value and unit that were asked for as they are stored; the value is NaN when it is no number. */
export function soughtSample({ value, measurand = '', unit = '' }: Sought): {
  value: number | null;
  unit: string | null;
} {
  const rule = unitRule(measurand, unit);
  return {
    value: value === undefined ? null : toBaseUnit(value, rule),
    unit: unit === '' ? null : rule.unit,
  };
}

export const chargersRecordQuery = z
  .object({
    value: parameter.name
      .optional()
      .describe('A decimal number in `unit`, or in the base unit (Wh, W, ...) when none is given.'),
    context: parameter.context.optional(),
    measurand: parameter.measurand.optional(),
    unit: parameter.name
      .optional()
      .describe('As sent or as stored: `kWh` finds what is stored in Wh, and says what `value` is in.'),
    page,
    limit: parameter.limit,
    from: parameter.from.describe('The first instant; 7 days before `to` when none is given.'),
    to: parameter.to.describe('The instant to stop before; the newest reading when none is given.'),
  })
  .refine(
    (query) => [query.value, query.context, query.measurand, query.unit].some((text) => text !== undefined),
    {
      error: 'give at least one of value, context, measurand and unit',
      path: ['value'],
    },
  )
  .refine((query) => Number.isFinite(soughtSample(query).value ?? 0), {
    error: 'expected a decimal number with a point, such as 1250.5',
    path: ['value'],
  })
  .refine(isReachable, UNREACHABLE)
  .refine(parameter.isForward, parameter.BACKWARD);
export type ChargersRecordQuery = z.output<typeof chargersRecordQuery>;
