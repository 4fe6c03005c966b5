import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { seriesKey } from './reading.js';

export const estimate = z
  .object({
    ...seriesKey,
    from: instant.describe('When the register was known last before.'),
    to: instant.describe('When it was known again.'),
    fromValue: z.number().describe('What it showed at `from`, in `unit`.'),
    toValue: z.number().describe('What it showed at `to`; less where it rolled over.'),
    energy: z.number().describe('What it counted meanwhile, in `unit`: the aggregates have it as estimated.'),
    method: z.string().describe('`linear`: evenly from `from`, or from 31 days before `to`, until `to`.'),
    version: z.int().positive().describe('Of the method.'),
  })
  .meta({
    id: 'Estimate',
    description: 'How a register is estimated to have gone on where nothing was measured.',
    examples: [
      {
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        unit: 'Wh',
        from: '2026-03-10T08:00:00.000Z',
        to: '2026-03-10T14:00:00.000Z',
        fromValue: 1_272_900,
        toValue: 1_273_500,
        energy: 600,
        method: 'linear',
        version: 1,
      },
    ],
  });

export const estimatePage = pageOf('EstimatePage', estimate);
