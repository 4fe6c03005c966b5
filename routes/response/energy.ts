import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

/** Of `/v1/transactions` too. */
export const energyFigures = {
  energyWh: z.number().describe('`measuredWh` and `estimatedWh` together.'),
  measuredWh: z.number().describe('Between neighbouring samples of a usual distance.'),
  estimatedWh: z.number().describe('Across gaps, spread evenly over them.'),
  suspectWh: z
    .number()
    .describe('What placeholders, spikes and impossible steps would have added: part of no sum.'),
};

export const energy = z
  .object({
    start: instant.describe('Of the interval, or of the session.'),
    end: instant.nullable().describe('null: of a session that is not closed.'),
    transactionId: z.string().optional().describe('Of a session, as the charge point names it.'),
    chargePointId: z.string().min(1).optional(),
    evseId: z
      .int()
      .nonnegative()
      .nullable()
      .optional()
      .describe('null: of a session whose place is not known.'),
    connectorId: z.int().nonnegative().nullable().optional(),
    site: z.string().optional().describe('Empty: of no site.'),
    ...energyFigures,
  })
  .meta({
    id: 'Energy',
    description: 'Energy of an interval. What was not grouped by is left out.',
    examples: [
      {
        start: '2026-03-10T00:00:00.000Z',
        end: '2026-03-11T00:00:00.000Z',
        chargePointId: 'CP-1',
        energyWh: 22_400,
        measuredWh: 22_400,
        estimatedWh: 0,
        suspectWh: 0,
      },
    ],
  });

export const energyPage = pageOf('EnergyPage', energy);
