import { z } from 'zod';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

const count = z.int().nonnegative();
const counts = {
  expected: count.describe('Samples that were to come: those that are there, and those that are missing.'),
  present: count.describe('Samples that a cadence makes; those at begin and end of a session are left out.'),
  missing: count,
  late: count.describe('Of those that are there: arrived more than 15 minutes after their time.'),
};
const completeness = z
  .number()
  .min(0)
  .max(1)
  .nullable()
  .describe('present / expected; null: nothing was expected.');
const rejected = count.describe(
  'Parts that went to quarantine, of messages that arrived on the UTC days of the range.',
);

export const chargePointCompleteness = z
  .object({
    chargePointId: z.string().min(1).max(255),
    site: z.string().describe('Empty: of no site.'),
    series: count.describe(
      'Series of which anything is known in the range, those left out that came to an end.',
    ),
    ...counts,
    rejected,
    completeness,
  })
  .meta({
    id: 'ChargePointCompleteness',
    description: 'How much of what a charge point was to send is there.',
    examples: [
      {
        chargePointId: 'CP-1',
        site: 'Depot North',
        series: 2,
        expected: 192,
        present: 180,
        missing: 12,
        late: 4,
        rejected: 0,
        completeness: 0.9375,
      },
    ],
  });

export const completenessPage = pageOf('CompletenessPage', chargePointCompleteness);

const gap = z.object({
  from: instant.describe('The last sample before it, or where samples were to begin.'),
  to: instant.describe('The first sample after it, or where they were to end.'),
  missing: count.describe('Samples that were to come in it, at the least.'),
});

const seriesCompleteness = z.object({
  evseId: count,
  connectorId: count,
  measurand: z.string().min(1),
  phase: z.string(),
  location: z.string(),
  unit: z.string(),
  cadenceSeconds: z
    .number()
    .positive()
    .nullable()
    .describe('From one sample to the next; null: not known, and nothing more is expected than is there.'),
  cadenceSource: z.enum(['registry', 'inferred']).nullable(),
  always: z.boolean().describe('Whether samples are expected while nobody charges, too.'),
  ...counts,
  completeness,
  gaps: z.array(gap).describe('Longer than three cadences; in the order of time, at most 1,000.'),
});

export const chargePointGaps = z
  .object({
    chargePointId: z.string().min(1).max(255),
    from: instant,
    to: instant.describe('Of what is not over yet, only what is past is expected.'),
    rejected,
    series: z.array(seriesCompleteness),
  })
  .meta({
    id: 'ChargePointGaps',
    description: 'The completeness of the series of a charge point, and where samples are missing.',
    examples: [
      {
        chargePointId: 'CP-1',
        from: '2026-03-10T00:00:00.000Z',
        to: '2026-03-11T00:00:00.000Z',
        rejected: 0,
        series: [
          {
            evseId: 0,
            connectorId: 1,
            measurand: 'Energy.Active.Import.Register',
            phase: '',
            location: 'Outlet',
            unit: 'Wh',
            cadenceSeconds: 900,
            cadenceSource: 'inferred',
            always: true,
            expected: 96,
            present: 92,
            missing: 4,
            late: 0,
            completeness: 0.9583,
            gaps: [{ from: '2026-03-10T06:00:00.000Z', to: '2026-03-10T07:15:00.000Z', missing: 4 }],
          },
        ],
      },
    ],
  });
