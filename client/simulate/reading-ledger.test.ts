import { describe, expect, it } from 'vitest';
import { flattenMeterValues } from '../../protocol/flatten.js';
import { flattenStartTransaction } from '../../protocol/flatten-start-transaction.js';
import { flattenStopTransaction } from '../../protocol/flatten-stop-transaction.js';
import { flattenMeterValues201 } from '../../protocol/ocpp201/flatten-meter-values.js';
import { flattenTransactionEvent } from '../../protocol/ocpp201/flatten-transaction-event.js';
import type { Reading } from '../../protocol/reading.js';
import type { Measurement, SessionFacts } from '../station/dialect.js';
import { ocpp16Dialect } from '../station/ocpp16-dialect.js';
import { ocpp201Dialect } from '../station/ocpp201-dialect.js';
import { readingsOf } from './reading-ledger.js';

const AT = Date.parse('2026-03-01T12:00:00.123Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };
const dialect = ocpp16Dialect({ vendor: 'v', model: 'm', firmwareVersion: '1' });
const SESSION: SessionFacts = {
  ...{ number: 17, connectorId: 2, idTag: 'CARD-1', meterStartWh: 1_000, startedAt: AT },
};
const measured = (context: string): Measurement => ({
  ...{ at: AT, context, ordinal: 0 },
  samples: [
    { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: '1250' },
    { measurand: 'Power.Active.Import', unit: 'W', value: '7200' },
    { measurand: 'SoC', unit: 'Percent', value: '40' },
  ],
});

/** What the table will have, as the server's own flattening says. */
function stored(readings: readonly Reading[], connectorId = 2) {
  return readings.map((reading) => {
    const { chargePointId, evseId, measurand, phase, location, unit, context, value, transactionId } =
      reading;
    const timestamp = new Date(reading.timestampMs).toISOString();
    const series = { chargePointId, evseId, connectorId, measurand, phase, location, unit };
    return { ...series, context, timestamp, value, transactionId };
  });
}

describe('the ledger', () => {
  it('has each reading of a message as the table of readings has it', () => {
    const message = { chargePointId: 'CP-1', receivedAt: AT };
    for (const session of [SESSION, null]) {
      const { action, body } = dialect.reading(2, session, measured('Sample.Periodic'));
      const sent = session === null ? body : `{"transactionId":77,${body.slice(1)}`;
      const flat = flattenMeterValues({ ...message, payload: JSON.parse(sent) as unknown }, LIMITS);
      const ledger = readingsOf('CP-1', { action, connectorId: 2 }, sent, {});
      expect(flat.readings).toHaveLength(3);
      expect(ledger).toEqual(stored(flat.readings));
    }
  });

  it('has the registers of Start and Stop, and what came with the Stop', () => {
    const [start] = dialect.start(SESSION, measured('Transaction.Begin'));
    const [stop] = dialect.stop(SESSION, 1_250, 'Local', [measured('Transaction.End')]);
    const startSent = start?.body ?? '';
    const stopSent = `{"transactionId":77,${stop?.body.slice(1) ?? ''}`;
    const message = { chargePointId: 'CP-1', receivedAt: AT };
    const begun = flattenStartTransaction(
      { ...message, transactionId: 77, payload: JSON.parse(startSent) as unknown },
      LIMITS,
    );
    const ended = flattenStopTransaction({ ...message, payload: JSON.parse(stopSent) as unknown }, LIMITS);
    const place = { connectorId: 2 };
    expect(
      readingsOf('CP-1', { action: 'StartTransaction', ...place }, startSent, { transactionId: 77 }),
    ).toEqual(stored(begun.readings));
    expect(ended.readings).toHaveLength(4);
    expect(readingsOf('CP-1', { action: 'StopTransaction', ...place }, stopSent, {})).toEqual(
      stored(ended.readings),
    );
  });

  it('has the readings of an EVSE that OCPP 2.0.1 tells of', () => {
    const station = ocpp201Dialect({ vendor: 'v', model: 'm', firmwareVersion: '1' });
    const drafts = [
      ...station.start(SESSION, measured('Transaction.Begin')),
      station.reading(2, SESSION, measured('Sample.Periodic')),
      station.reading(2, null, measured('Sample.Clock')),
      ...station.stop(SESSION, 1_250, 'Local', [measured('Transaction.End')]),
    ];
    for (const { action, body } of drafts) {
      const message = { chargePointId: 'CP-1', receivedAt: AT, payload: JSON.parse(body) as unknown };
      const isEvent = action === 'TransactionEvent';
      const flat = isEvent
        ? flattenTransactionEvent(message, LIMITS)
        : flattenMeterValues201(message, LIMITS);
      expect(flat.readings).toHaveLength(3);
      expect(readingsOf('CP-1', { action, connectorId: 2 }, body, {})).toEqual(stored(flat.readings, 0));
    }
  });

  it('has nothing of what carries no readings', () => {
    expect(readingsOf('CP-1', { action: 'Heartbeat', connectorId: 1 }, '{}', {})).toEqual([]);
  });
});
