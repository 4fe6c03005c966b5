import { describe, expect, it } from 'vitest';
import type { Reading } from '../../protocol/reading.js';
import { CONNECTOR_OF_SESSION } from '../../protocol/session.js';
import type { ArrivedReading } from '../../store/trace/stored-around.js';
import { fateOf, type Around, type MessagePlace } from './fate.js';

const T = Date.UTC(2026, 2, 10, 6);
const READING: Reading = {
  ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 1, phase: '', location: 'Outlet', unit: 'Wh' },
  ...{ measurand: 'Energy.Active.Import.Register', context: 'Sample.Periodic', timestampMs: T, value: 7 },
  ...{ transactionId: null, quality: 0 },
};
const row = (overrides: Partial<ArrivedReading> = {}): ArrivedReading => ({
  ...READING,
  ...{ seriesId: 1, contextId: 1, timestamp: new Date(T), receivedAt: new Date(T + 5), ...overrides },
});
const PLACE: MessagePlace = { offset: 3, receivedAtMs: T + 5, storedBelow: 10, isQuarantined: false };
const NOTHING: Around = { standing: [], losing: [], waiting: [] };

describe('the fate of a reading', () => {
  it.each<[string, Partial<Reading>, Partial<MessagePlace>, Partial<Around>, string]>([
    ['stands, and came by this message', {}, {}, { standing: [row()] }, 'stored'],
    ['stands, and came by another one', {}, { receivedAtMs: T + 9 }, { standing: [row()] }, 'duplicate'],
    ['lost against another value', {}, {}, { standing: [row({ value: 9 })], losing: [row()] }, 'conflicting'],
    ['is behind the position', {}, { offset: 10 }, { standing: [row()] }, 'on_log'],
    ['is on a partition of which nothing is stored', {}, { storedBelow: undefined }, {}, 'on_log'],
    ['was kept in quarantine by the worker', {}, { isQuarantined: true }, {}, 'rejected'],
    ['is nowhere', {}, {}, { standing: [row({ connectorId: 2 }), row({ phase: 'L1' })] }, 'missing'],
    [
      'has the connector of its session',
      { connectorId: CONNECTOR_OF_SESSION },
      {},
      { standing: [row()] },
      'stored',
    ],
    [
      'waits for its session',
      { connectorId: CONNECTOR_OF_SESSION },
      {},
      { waiting: [{ ...row(), transactionId: '9' }] },
      'waiting_for_start',
    ],
  ])('that %s', (_, reading, place, around, fate) => {
    expect(fateOf({ ...READING, ...reading }, { ...PLACE, ...place }, { ...NOTHING, ...around })).toBe(fate);
  });
});
