/** The query parameters that routes share. Each schema reads the list of values that a name was given. */
import { z } from 'zod';
import { canonicalTimeZone, INTERVALS } from '../../controllers/calendar.js';
import { wires } from './wire.js';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;
const MAX_CHARGE_POINTS = 100;
const MAX_INT32 = 2_147_483_647;

/** A parameter that may stand there once. */
export function once<Schema extends z.ZodType<unknown, string>>(schema: Schema) {
  return z
    .array(z.string())
    .transform((values, context) => {
      const [value] = values;
      if (values.length === 1 && value !== undefined) return value;
      context.issues.push({
        code: 'custom',
        message: `given ${values.length} times, expected once`,
        input: values,
      });
      return z.NEVER;
    })
    .pipe(schema);
}

/** Text as identifiers and names are: bounded, without control characters (PostgreSQL has no NUL in texts). */
export function text(min: number, max: number) {
  return z
    .string()
    .regex(new RegExp(`^\\P{Cc}{${min},${max}}$`, 'u'), {
      error: `expected a text of ${min} to ${max} characters without control characters`,
    })
    .register(wires, { type: 'string', minLength: min, maxLength: max });
}

function isBetween(length: number, min: number, max: number): boolean {
  return length >= min && length <= max;
}

export const chargePointIdText = text(1, 255).describe('Id of a charge point.');

export const chargePointId = once(chargePointIdText).describe('Only of this charge point.');

/** Repeatable: `chargePointId=A&chargePointId=B`. */
export const chargePointIds = z
  .array(chargePointIdText, { error: 'required' })
  .max(MAX_CHARGE_POINTS, { error: `given more than ${MAX_CHARGE_POINTS} times` })
  // In one order, so that the same question is known again however it is put.
  .transform((ids) => [...new Set(ids)].sort())
  .register(wires, {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 255 },
    minItems: 1,
    maxItems: MAX_CHARGE_POINTS,
  })
  .describe('Repeatable: `chargePointId=A&chargePointId=B`.');

/** An id that the database gives. @param of what it is of, with its article. */
export const idText = (of: string) =>
  z
    .string()
    .refine((text) => /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text)), {
      error: `expected the id of ${of}: a whole number above 0`,
    })
    .transform(Number)
    .register(wires, { type: 'integer', minimum: 1 });

/** A measurand, context or unit. */
export const nameText = text(1, 50);

export const name = once(nameText);

export const measurand = name.describe('Exactly as stored, such as `Energy.Active.Import.Register`.');

export const context = name.describe('Exactly as stored, such as `Sample.Periodic`.');

export const phase = once(text(0, 50)).describe(
  '`L1`, `L1-N`, ...; empty (`phase=`) for values of no single phase.',
);

export const siteText = text(0, 255);

export const site = once(siteText).describe('Only charge points of this site.');

export const connectorId = once(
  z
    .string()
    .refine((value) => /^\d{1,10}$/.test(value) && Number(value) <= MAX_INT32, {
      error: `expected a whole number from 0 to ${MAX_INT32}`,
    })
    .transform(Number)
    .register(wires, { type: 'integer', minimum: 0, maximum: MAX_INT32 }),
).describe('Only this connector; 0 is the charge point as a whole.');

export const limit = once(
  z
    .string()
    .refine((value) => /^\d{1,4}$/.test(value) && isBetween(Number(value), 1, MAX_LIMIT), {
      error: `expected a whole number from 1 to ${MAX_LIMIT}`,
    })
    .transform(Number)
    .register(wires, { type: 'integer', minimum: 1, maximum: MAX_LIMIT }),
)
  .optional()
  .default(DEFAULT_LIMIT)
  .describe('Most items of a page.');

const TIME_MESSAGE =
  'expected an ISO 8601 time such as 2026-01-31T12:00:00Z (a + of an offset is written %2B in a URL)';

/** An instant in ms since 1970 UTC. A time without a zone is UTC, a date alone is its midnight. */
export const timeText = z
  .union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], { error: TIME_MESSAGE })
  .transform((value) => {
    const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes('T');
    return Date.parse(zoned ? value : `${value}Z`);
  })
  .refine(Number.isFinite, { error: TIME_MESSAGE })
  // No format: a date alone, or a time without a zone, is taken too.
  .register(wires, { type: 'string', examples: ['2026-03-10T06:00:00Z'] });

export const time = once(timeText).describe(
  'ISO 8601; a time without a zone is UTC, a date alone is its midnight.',
);

export const from = time.optional().describe('The first instant.');

export const to = time.optional().describe('The instant to stop before.');

const QUARTER_MS = 900_000;
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:45:00Z');

const edge = time
  .refine((ms) => ms % QUARTER_MS === 0, {
    error:
      'expected a time on an edge of 15 minutes: aggregates are no finer, ask for ..:00, :15, :30 or :45',
    abort: true,
  })
  .refine((ms) => ms >= FIRST_MS && ms <= LAST_MS, { error: 'expected a year from 1 to 9999' });

export const fromEdge = edge.describe('The first instant, on an edge of 15 minutes.');

export const toEdge = edge.describe('The instant to stop before, on an edge of 15 minutes.');

export const interval = once(z.enum(INTERVALS, { error: `expected one of ${INTERVALS.join(', ')}` }));

const TIME_ZONE_MESSAGE = 'expected a name of the time zone database, such as Europe/Berlin';

/** Gives the name as the database spells it. */
export const timezone = once(
  z
    .string()
    .transform((name, context) => {
      const canonical = canonicalTimeZone(name);
      if (canonical !== undefined) return canonical;
      context.issues.push({ code: 'custom', message: TIME_ZONE_MESSAGE, input: name });
      return z.NEVER;
    })
    .register(wires, { type: 'string', examples: ['Europe/Berlin'] }),
)
  .optional()
  .default('UTC')
  .describe('Whose hours, days and months: a name of the IANA time zone database, such as `Europe/Berlin`.');

/** For queries with `from` and `to`: half-open, so that `from` must lie before `to`. */
export function isForward(query: { from?: number | undefined; to?: number | undefined }): boolean {
  return query.from === undefined || query.to === undefined || query.from < query.to;
}

/** To go with {@link isForward}. */
export const BACKWARD = { error: 'from must be before to (the range is half-open)', path: ['from'] };
