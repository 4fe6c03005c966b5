import { z } from 'zod';
import { TRANSACTION_STATUSES } from '../../store/read/transactions.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

export const transaction = z
  .object({
    id: z.string().describe('As the charge point names it; unique with `chargePointId`.'),
    chargePointId: z.string().min(1),
    evseId: z.int().nonnegative().nullable().describe('0: the protocol names none; null: no start is known.'),
    connectorId: z.int().nonnegative().nullable().describe('null: no start is known.'),
    status: z
      .enum(TRANSACTION_STATUSES)
      .describe(
        '`active`: started; `ended`: started and stopped; `unmatched`: stopped, its start has not come; `observed`: only named by readings.',
      ),
    idTag: z.string().nullable().describe('Who started it; who stopped it when no start is known.'),
    startedAt: instant.nullable(),
    meterStartWh: z.number().nullable(),
    endedAt: instant.nullable(),
    meterStopWh: z.number().nullable(),
    reason: z.string().nullable().describe('Why it ended; `Local` when none was sent.'),
    energyWh: z
      .number()
      .nullable()
      .describe('`meterStopWh` less `meterStartWh`; null unless both are known.'),
  })
  .meta({
    id: 'Transaction',
    description: 'A charging session.',
    examples: [
      {
        id: '1804289383',
        chargePointId: 'CP-1',
        evseId: 0,
        connectorId: 1,
        status: 'ended',
        idTag: 'B4A63CDF',
        startedAt: '2026-03-10T06:00:00.000Z',
        meterStartWh: 1_250_500,
        endedAt: '2026-03-10T08:30:00.000Z',
        meterStopWh: 1_272_900,
        reason: 'EVDisconnected',
        energyWh: 22_400,
      },
    ],
  });

export const transactionPage = pageOf('TransactionPage', transaction);
