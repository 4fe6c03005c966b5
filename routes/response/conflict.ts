import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { readingKey, readingValue } from './reading.js';

const side = z
  .object({ ...readingValue, receivedAt: instant.describe('When the gateway heard it.') })
  .meta({ id: 'ConflictSide', description: 'One of the values that were sent for one key.' });

export const conflict = z
  .object({
    id: z.int().positive(),
    ...readingKey,
    standing: side.nullable().describe('The value that `/v1/readings` gives; null when its day was dropped.'),
    losing: side,
  })
  .meta({
    id: 'Conflict',
    description: 'A value that lost against another one of the same series, timestamp and context.',
    examples: [
      {
        id: 4,
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        unit: 'Wh',
        context: 'Transaction.Begin',
        timestamp: '2026-03-10T06:00:00.000Z',
        standing: {
          value: 1_250_500,
          transactionId: '7',
          quality: [],
          receivedAt: '2026-03-10T06:00:02.000Z',
        },
        losing: { value: 0, transactionId: '7', quality: [], receivedAt: '2026-03-10T06:00:01.000Z' },
      },
    ],
  });

export const conflictPage = pageOf('ConflictPage', conflict);
