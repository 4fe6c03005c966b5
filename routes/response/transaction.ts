import { z } from 'zod';
import { SESSION_STATES } from '../../controllers/session-state.js';
import { TRANSACTION_STATUSES } from '../../store/read/transactions.js';
import { energyFigures } from './energy.js';
import { instant } from './instant.js';
import { pageOf } from './page-of.js';

const figure = (name: keyof typeof energyFigures) =>
  energyFigures[name]
    .nullable()
    .describe(`${energyFigures[name].description ?? ''} null: no readings of its energy are known (yet).`);

export const transaction = z
  .object({
    id: z.string().describe('As the charge point names it; unique with `chargePointId`.'),
    chargePointId: z.string().min(1),
    evseId: z
      .int()
      .nonnegative()
      .nullable()
      .describe('0: the protocol names none; null: neither a start nor readings tell it.'),
    connectorId: z
      .int()
      .nonnegative()
      .nullable()
      .describe(
        'OCPP 2.0.1: of the EVSE, 0 when only the EVSE was told. null: neither a start nor readings of energy or power tell it.',
      ),
    status: z
      .enum(TRANSACTION_STATUSES)
      .describe(
        '`active`: started; `ended`: started and stopped; `unmatched`: stopped, its start has not come; `observed`: only named by readings.',
      ),
    idTag: z
      .string()
      .nullable()
      .describe(
        'Who started it, or was authorized later (OCPP 2.0.1); who stopped it when no start is known.',
      ),
    startedAt: instant.nullable(),
    meterStartWh: z.number().nullable(),
    endedAt: instant.nullable(),
    meterStopWh: z.number().nullable(),
    reason: z.string().nullable().describe('Why it ended; `Local` when none was sent.'),
    energyWh: figure('energyWh'),
    measuredWh: figure('measuredWh'),
    estimatedWh: figure('estimatedWh'),
    suspectWh: figure('suspectWh'),
    maxPowerW: z
      .number()
      .nullable()
      .describe(
        'Greatest reading of power, else greatest mean power between two readings of the register; null: of neither.',
      ),
    state: z
      .enum(SESSION_STATES)
      .describe(
        '`closed`: stopped, or a reading of context `Transaction.End` came; `abandoned`: neither, and nothing was heard of it for 24 hours; else `open`.',
      ),
    source: z
      .enum(['session', 'readings'])
      .describe('`session`: a start or a stop told of it; `readings`: only readings name it.'),
    start: instant.nullable().describe('`startedAt`, else its first reading of energy or power.'),
    end: instant
      .nullable()
      .describe('`endedAt`, else its last reading of energy or power; null unless `state` is `closed`.'),
    durationSeconds: z
      .number()
      .nonnegative()
      .nullable()
      .describe('From `start` to `end`; null unless both are known, in this order.'),
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
        measuredWh: 22_400,
        estimatedWh: 0,
        suspectWh: 0,
        maxPowerW: 11_200,
        state: 'closed',
        source: 'session',
        start: '2026-03-10T06:00:00.000Z',
        end: '2026-03-10T08:30:00.000Z',
        durationSeconds: 9_000,
      },
    ],
  });

export const transactionPage = pageOf('TransactionPage', transaction);
