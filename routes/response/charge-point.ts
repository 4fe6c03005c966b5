import { z } from 'zod';
import { instant } from './instant.js';
import { livePageOf } from './page-of.js';

export const chargePoint = z
  .object({
    id: z.string().min(1).max(255),
    label: z.string(),
    site: z.string().describe('Empty: of no site.'),
    status: z
      .enum(['active', 'held', 'retired'])
      .describe(
        'What a `held` one sends is kept aside until it is active; a `retired` one is deleted, save for its readings.',
      ),
    createdAt: instant,
    updatedAt: instant,
    version: z.int().positive().describe('Rises with each change.'),
  })
  .meta({
    id: 'ChargePoint',
    description: 'A charge point of the registry.',
    examples: [
      {
        id: 'CP-1',
        label: '',
        site: '',
        status: 'active',
        createdAt: '2026-03-10T06:00:01.250Z',
        updatedAt: '2026-03-10T06:00:01.250Z',
        version: 1,
      },
    ],
  });

const many = z.int().min(0);

export const imported = z
  .object({
    created: many,
    updated: many,
    unchanged: many,
    restored: many.describe('Of those that were retired.'),
    dryRun: z.boolean().describe('Nothing was written: the numbers are what it would have been.'),
  })
  .meta({
    id: 'Imported',
    description: 'What became of the rows of a file; the numbers add up to its rows.',
  });

const listedChargePoint = z
  .object({
    ...chargePoint.shape,
    connection: z
      .object({
        connected: z.boolean(),
        since: instant.describe('When it connected, or was last known to be connected.'),
      })
      .nullable()
      .optional()
      .describe('With `include=connection`; null: it has never connected by OCPP.'),
  })
  .meta({ id: 'ListedChargePoint', description: 'A charge point in the list.' });

export const chargePointPage = livePageOf('ChargePointPage', listedChargePoint);
