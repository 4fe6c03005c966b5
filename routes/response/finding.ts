import { z } from 'zod';
import { FINDING_RULES } from '../../helpers/finding-rules.js';
import { FINDING_STATES } from '../../store/read/findings.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { seriesKey } from './reading.js';

export const finding = z
  .object({
    id: z.int().positive(),
    ...seriesKey,
    rule: z.enum(FINDING_RULES),
    from: instant.describe('The first instant in doubt.'),
    to: instant.describe('The last one; the same as `from` where it is one.'),
    state: z
      .enum(FINDING_STATES)
      .describe(
        'What an operator made of it; `withdrawn`: something, and since then the readings no longer say so.',
      ),
    evidence: z
      .record(z.string(), z.unknown())
      .describe('What the rule saw: other figures for each rule, as docs/findings.md lists them.'),
    detectedAt: instant.describe('When it was found first.'),
  })
  .meta({
    id: 'Finding',
    description: 'What a rule of validation found in the readings of a series.',
    examples: [
      {
        id: 7,
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        unit: 'Wh',
        rule: 'gap',
        from: '2026-03-10T06:30:00.000Z',
        to: '2026-03-10T07:30:00.000Z',
        state: 'open',
        evidence: { seconds: 3_600, cadenceSeconds: 300, missing: 11 },
        detectedAt: '2026-03-10T07:30:03.000Z',
      },
    ],
  });

export const findingPage = pageOf('FindingPage', finding);
