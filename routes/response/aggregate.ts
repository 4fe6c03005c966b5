import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const aggregate = z
  .object({
    start: instant,
    end: instant.describe('Half-open: samples before it.'),
    chargePointId: z.string().min(1).optional(),
    evseId: z.int().nonnegative().optional().describe('0: the protocol names none (OCPP 1.6).'),
    connectorId: z.int().nonnegative().optional().describe('0: the charge point as a whole.'),
    site: z.string().optional().describe('Empty: of no site.'),
    measurand: z.string().min(1),
    phase: z.string().describe('Empty for values of no single phase.'),
    location: z.string().optional(),
    unit: z.string().describe('Of the values.'),
    count: z.int().positive().describe('Samples: instants at which a series has a reading.'),
    min: z.number(),
    max: z.number(),
    avg: z.number().describe('The mean of the samples, to 12 digits.'),
    sum: z.number().describe('Of the samples, to 12 digits.'),
    first: z.number().describe('The first sample in the bucket.'),
    last: z.number(),
    conflicts: z.int().nonnegative().describe('Values that lost against another one of the same key.'),
  })
  .meta({
    id: 'Aggregate',
    description: 'Samples of a bucket of time. What was not grouped by is left out.',
    examples: [
      {
        start: '2026-03-10T06:00:00.000Z',
        end: '2026-03-10T07:00:00.000Z',
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Power.Active.Import',
        phase: '',
        location: 'Outlet',
        unit: 'W',
        count: 4,
        min: 11_020,
        max: 11_200,
        avg: 11_100,
        sum: 44_400,
        first: 11_200,
        last: 11_020,
        conflicts: 0,
      },
    ],
  });

export const aggregatePage = pageOf('AggregatePage', aggregate);
