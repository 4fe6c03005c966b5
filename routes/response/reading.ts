import { z } from 'zod';
import { instant } from './instant.js';
import { livePageOf, pageOf } from './page-of.js';

const QUALITY = ['assumedUtc', 'numberForString', 'stringForNumber'] as const;

/** The columns that name a series. */
export const seriesKey = {
  chargePointId: z.string().min(1),
  evseId: z
    .int()
    .nonnegative()
    .describe('0: the protocol names none (OCPP 1.6), or the charging station as a whole.'),
  connectorId: z
    .int()
    .nonnegative()
    .describe(
      '0: the charge point as a whole, or the EVSE as a whole, which is what measures in OCPP 2.0.1.',
    ),
  measurand: z.string().min(1).describe('As sent; `Energy.Active.Import.Register` when none was.'),
  phase: z.string().describe('`L1`, `L1-N`, ...; empty for a value of no single phase.'),
  location: z.string().describe('As sent; `Outlet` when none was.'),
  unit: z.string().describe('Base unit: kWh became Wh, kW became W, Fahrenheit and Kelvin became Celsius.'),
};

/** The columns of a reading that name its key. */
export const readingKey = {
  ...seriesKey,
  context: z.string().min(1).describe('As sent; `Sample.Periodic` when none was.'),
  timestamp: instant,
};

/** What a reading says at its key. */
export const readingValue = {
  value: z.number().describe('In `unit`.'),
  transactionId: z
    .string()
    .nullable()
    .describe('The charging session as the charge point names it; null: none.'),
  quality: z
    .array(z.enum(QUALITY))
    .describe(
      'How the value came: its timestamp had no zone (`assumedUtc`); it was a JSON number where OCPP 1.6 demands a string (`numberForString`), or a string where 2.0.1 demands a number (`stringForNumber`).',
    ),
};

export const reading = z.object({ ...readingKey, ...readingValue }).meta({
  id: 'Reading',
  description: 'One sampled value of a charge point.',
  examples: [
    {
      chargePointId: 'CP-1',
      evseId: 0,
      connectorId: 1,
      measurand: 'Energy.Active.Import.Register',
      phase: '',
      location: 'Outlet',
      unit: 'Wh',
      context: 'Sample.Periodic',
      timestamp: '2026-03-10T06:00:00.000Z',
      value: 1_250_500,
      transactionId: '7',
      quality: [],
    },
  ],
});

export const readingPage = pageOf('ReadingPage', reading);
export const latestReadingPage = livePageOf('LatestReadingPage', reading);
