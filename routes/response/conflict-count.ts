import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const conflictCount = z
  .object({
    chargePointId: z.string().min(1),
    measurand: z.string().min(1),
    count: z.int().positive().describe('Values that lost.'),
    oldestTimestamp: instant,
    newestTimestamp: instant,
  })
  .meta({
    id: 'ConflictCount',
    description: 'How many values of a measurand of a charge point lost against another one.',
    examples: [
      {
        chargePointId: 'CP-1',
        measurand: 'Energy.Active.Import.Register',
        count: 2,
        oldestTimestamp: '2026-03-10T06:00:00.000Z',
        newestTimestamp: '2026-03-10T09:00:00.000Z',
      },
    ],
  });

export const conflictCountPage = pageOf('ConflictCountPage', conflictCount);
