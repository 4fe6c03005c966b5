import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { reasons } from './quarantined-part.js';

export const reasonCount = z
  .object({
    reason: z.enum(reasons),
    count: z.int().positive(),
    oldestReceivedAt: instant,
    newestReceivedAt: instant,
  })
  .meta({
    id: 'ReasonCount',
    description: 'How many quarantined parts there are of a reason.',
    examples: [
      {
        reason: 'unknown_charge_point',
        count: 120,
        oldestReceivedAt: '2026-03-10T06:12:00.000Z',
        newestReceivedAt: '2026-03-10T09:00:00.000Z',
      },
    ],
  });

export const reasonCounts = pageOf('ReasonCounts', reasonCount);
