import { z } from 'zod';
import { instant } from './instant.js';

const sampledValue = z.object({
  value: z.string().describe('A decimal number.'),
  context: z.string(),
  measurand: z.string(),
  unit: z.string().optional().describe('Base unit; left out where the value has none.'),
  phase: z.string().optional().describe('Left out for a value of no single phase.'),
  location: z.string(),
});

const meterValues = z
  .object({
    connectorId: z.int().nonnegative(),
    transactionId: z
      .union([z.int(), z.string()])
      .optional()
      .describe('A number when it is one in decimal; left out where there was none.'),
    meterValue: z.array(z.object({ timestamp: instant, sampledValue: z.array(sampledValue) })),
  })
  .meta({ id: 'MeterValues', description: 'A MeterValues request of OCPP 1.6.' });

export const chargerMessages = z
  .object({
    totalPages: z
      .int()
      .nonnegative()
      .describe('Pages that can be asked for: those of all messages, or of as many as page numbers reach.'),
    currentPage: z.int().positive(),
    chargers: z.array(z.object({ charge_point_id: z.string(), payload: meterValues })),
  })
  .meta({
    id: 'ChargerMessages',
    description: 'A page of messages, rebuilt from readings.',
    examples: [
      {
        totalPages: 12,
        currentPage: 1,
        chargers: [
          {
            charge_point_id: 'CP-1',
            payload: {
              connectorId: 1,
              transactionId: 7,
              meterValue: [
                {
                  timestamp: '2026-03-10T06:00:00.000Z',
                  sampledValue: [
                    {
                      value: '1250500',
                      context: 'Sample.Periodic',
                      measurand: 'Energy.Active.Import.Register',
                      unit: 'Wh',
                      location: 'Outlet',
                    },
                  ],
                },
              ],
            },
          },
        ],
      },
    ],
  });
