import { z } from 'zod';
import { instant } from './instant.js';

const count = z.int().nonnegative();

export const stats = z
  .object({
    messages: z.object({
      received: count.describe('Records taken from the message log; the sum of the other three.'),
      stored: count.describe('With at least one reading, or the start or stop of a session, that is new.'),
      duplicate: count,
      rejected: count.describe('Without anything good.'),
    }),
    readings: z.object({
      stored: count.describe('New keys.'),
      duplicate: count.describe('Same key and value as one that is kept.'),
      conflicting: count.describe('Same key, another value.'),
      rejected: count.describe('Parts kept in quarantine.'),
      waiting: count.describe(
        'Of StopTransactions whose StartTransaction has not come; in none of the other counts.',
      ),
    }),
    chargePoints: count,
    transactions: count,
    from: instant.nullable().describe('Time of the oldest reading; null before the first.'),
    to: instant.nullable().describe('Time of the newest reading.'),
  })
  .meta({
    id: 'Stats',
    description: 'Exact counters, moved on in the transactions that store readings.',
    examples: [
      {
        messages: { received: 10_000, stored: 9_990, duplicate: 0, rejected: 10 },
        readings: { stored: 22_003, duplicate: 0, conflicting: 2, rejected: 14, waiting: 0 },
        chargePoints: 53,
        transactions: 96,
        from: '2026-03-10T06:00:00.000Z',
        to: '2026-03-10T10:00:00.000Z',
      },
    ],
  });
