import { transactionIdOf } from '../../protocol/transaction-id.js';
import { jsonWire } from '../wire/json-wire.js';
import type { Draft, Measurement, StationDialect } from './dialect.js';
import { meterValue16, timestamp } from './ocpp16-dialect.js';

/** Plain JSON on `/ingest`: readings only. A session is its id on them, and the contexts of the first and last. */
export const jsonStationDialect: StationDialect = {
  wire: jsonWire,
  boot: () => null,
  heartbeat: () => null,
  status: () => null,
  transactionId: (chargePointId, { connectorId, idTag, meterStartWh, startedAt }) =>
    transactionIdOf(chargePointId, {
      connectorId,
      idTag,
      meterStart: meterStartWh,
      timestamp: timestamp(startedAt),
    }),
  idInBody: false,
  answerCall: () => null,
  start: ({ connectorId }, begin) => [reading(connectorId, begin, 'begin')],
  reading: (connectorId, _session, measurement) => reading(connectorId, measurement, 'sample'),
  stop: ({ connectorId }, _meterStopWh, _reason, data) =>
    data.map((each) => reading(connectorId, each, 'stop')),
};

function reading(connectorId: number, measurement: Measurement, role: Draft['role']): Draft {
  const body = { connectorId, meterValue: [meterValue16(measurement)] };
  return { action: 'MeterValues', body: JSON.stringify(body), role };
}
