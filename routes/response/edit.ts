import { z } from 'zod';
import { editAction } from '../query/edits-query.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';
import { seriesKey } from './reading.js';

export const edit = z
  .object({
    id: z.int().positive(),
    ...seriesKey,
    action: editAction,
    from: instant.describe('The first instant that it is about.'),
    to: instant
      .nullable()
      .describe('The first instant that it is no more about; null: it is about `from` alone.'),
    value: z.number().nullable().describe('In `unit`; null: of `confirm` and `exclude`.'),
    transactionId: z
      .string()
      .nullable()
      .describe('The charging session that an inserted value names; null: none.'),
    findingId: z
      .int()
      .positive()
      .nullable()
      .describe('The finding that it deals with; null: none was named.'),
    reason: z.string(),
    madeBy: z.string().nullable().describe('null: the API asks nobody who they are.'),
    madeAt: instant,
    undoneBy: z.string().nullable(),
    undoneAt: instant.nullable().describe('null: it holds.'),
    undoneReason: z.string().nullable(),
  })
  .meta({
    id: 'Edit',
    description:
      'What an operator decided about readings of a series. Readings themselves stay as they came.',
    examples: [
      {
        id: 3,
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        unit: 'Wh',
        action: 'replace',
        from: '2026-03-10T06:15:00.000Z',
        to: null,
        value: 1_251_000,
        transactionId: null,
        findingId: null,
        reason: 'Digit misread: the photograph of the display says 1251.0',
        madeBy: 'jo (k3x9a2bq7p1m)',
        madeAt: '2026-03-11T09:00:00.000Z',
        undoneBy: null,
        undoneAt: null,
        undoneReason: null,
      },
    ],
  });

export const editPage = pageOf('EditPage', edit);
