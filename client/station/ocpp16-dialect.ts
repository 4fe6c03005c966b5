import { ocppWire } from '../wire/ocpp-wire.js';
import { answerCall16 } from './ocpp16-calls.js';
import type { Draft, Measurement, SessionFacts, StationDialect } from './dialect.js';

/** Who we say we are. */
export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly firmwareVersion: string;
}

/** A MeterValue of OCPP 1.6 (section 7.32). */
export function meterValue16({ at, context, samples }: Measurement): object {
  return {
    timestamp: timestamp(at),
    sampledValue: samples.map(({ measurand, unit, value }) => ({
      value,
      context,
      measurand,
      location: 'Outlet',
      unit,
    })),
  };
}

export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

export function ocpp16Dialect({ vendor, model, firmwareVersion }: StationIdentity): StationDialect {
  return {
    wire: ocppWire,
    boot: () => ({
      action: 'BootNotification',
      body: JSON.stringify({ chargePointVendor: vendor, chargePointModel: model, firmwareVersion }),
    }),
    heartbeat: () => ({ action: 'Heartbeat', body: '{}' }),
    status: (connectorId, status, at) => ({
      action: 'StatusNotification',
      body: JSON.stringify({ connectorId, errorCode: 'NoError', status, timestamp: timestamp(at) }),
    }),
    transactionId: () => null,
    idInBody: false,
    answerCall: answerCall16,
    start: (session, begin) => [start(session), { ...reading(session.connectorId, begin), role: 'begin' }],
    reading: (connectorId, _session, measurement) => reading(connectorId, measurement),
    stop: ({ idTag }, meterStop, reason, data) => {
      const last = data.at(-1)?.at ?? 0;
      const body = {
        idTag,
        meterStop,
        timestamp: timestamp(last),
        reason,
        transactionData: data.map(meterValue16),
      };
      return [{ action: 'StopTransaction', body: JSON.stringify(body), role: 'stop' }];
    },
  };
}

function start({ connectorId, idTag, meterStartWh, startedAt }: SessionFacts): Draft {
  const body = { connectorId, idTag, meterStart: meterStartWh, timestamp: timestamp(startedAt) };
  return { action: 'StartTransaction', body: JSON.stringify(body), role: 'start' };
}

function reading(connectorId: number, measurement: Measurement): Draft {
  const body = { connectorId, meterValue: [meterValue16(measurement)] };
  return { action: 'MeterValues', body: JSON.stringify(body), role: 'sample' };
}
