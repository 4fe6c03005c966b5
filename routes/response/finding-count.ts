import { z } from 'zod';
import { FINDING_RULES } from '../../helpers/finding-rules.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const findingCount = z
  .object({
    chargePointId: z.string().min(1),
    rule: z.enum(FINDING_RULES),
    count: z.int().positive(),
    open: z.int().nonnegative().describe('Of these, nobody dealt with yet.'),
    oldestFrom: instant.describe('Begin of the one that begins first.'),
    newestFrom: instant.describe('Begin of the one that begins last.'),
  })
  .meta({
    id: 'FindingCount',
    description: 'How often a rule found something at a charge point.',
    examples: [
      {
        chargePointId: 'CP-1',
        rule: 'gap',
        count: 3,
        open: 2,
        oldestFrom: '2026-03-09T21:00:00.000Z',
        newestFrom: '2026-03-10T06:30:00.000Z',
      },
    ],
  });

export const findingCountPage = pageOf('FindingCountPage', findingCount);
