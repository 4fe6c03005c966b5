import { ocpp201Wire } from '../wire/ocpp-wire.js';
import type { Draft, Measurement, SessionFacts, StationDialect } from './dialect.js';
import { timestamp, type StationIdentity } from './ocpp16-dialect.js';
import { answerCall201 } from './ocpp201-calls.js';

/** ReasonEnumType of OCPP 2.0.1 for what OCPP 1.6 calls so. */
const STOPPED_REASONS: Readonly<Record<string, string>> = {
  HardReset: 'ImmediateReset',
  SoftReset: 'ImmediateReset',
  UnlockCommand: 'Other',
};
const TRIGGER_REASONS: Readonly<Record<string, string>> = {
  EVDisconnected: 'EVDeparted',
  HardReset: 'ResetCommand',
  SoftReset: 'ResetCommand',
  Remote: 'RemoteStop',
  UnlockCommand: 'UnlockCommand',
};

/** OCPP 2.0.1: a session is a series of TransactionEvents. Each connector of ours is an EVSE with one connector. */
export function ocpp201Dialect({ vendor, model, firmwareVersion }: StationIdentity): StationDialect {
  return {
    wire: ocpp201Wire,
    boot: () => ({
      action: 'BootNotification',
      body: JSON.stringify({
        reason: 'PowerUp',
        chargingStation: { vendorName: vendor, model, firmwareVersion },
      }),
    }),
    heartbeat: () => ({ action: 'Heartbeat', body: '{}' }),
    status: (connectorId, status, at) => ({
      action: 'StatusNotification',
      body: JSON.stringify({
        ...{ timestamp: timestamp(at), evseId: connectorId, connectorId: 1 },
        connectorStatus: status === 'Available' || status === 'Faulted' ? status : 'Occupied',
      }),
    }),
    transactionId: (_, session) => idOf(session),
    idInBody: true,
    answerCall: answerCall201,
    start: (session, begin) => {
      const idToken = { idToken: session.idTag, type: 'ISO14443' };
      const fields = { triggerReason: 'Authorized', idToken };
      return [event('Started', session, begin, fields, 'Charging', 'start')];
    },
    reading: (connectorId, session, measurement) => {
      if (session === null) return meterValues(connectorId, measurement);
      const triggerReason = measurement.context === 'Trigger' ? 'Trigger' : 'MeterValuePeriodic';
      return event('Updated', session, measurement, { triggerReason }, 'Charging', 'sample');
    },
    stop: (session, _meterStopWh, reason, data) =>
      data.map((measurement) => {
        const triggerReason = TRIGGER_REASONS[reason] ?? 'AbnormalCondition';
        const stoppedReason = STOPPED_REASONS[reason] ?? reason;
        return event('Ended', session, measurement, { triggerReason, stoppedReason }, undefined, 'stop');
      }),
  };
}

/** Unique at its station: no two sessions of a connector begin at once. At most 36 characters. */
function idOf({ number, startedAt }: SessionFacts): string {
  return `${startedAt.toString(36)}-${number}`;
}

function event(
  eventType: 'Started' | 'Updated' | 'Ended',
  session: SessionFacts,
  measurement: Measurement,
  { stoppedReason, ...fields }: { readonly triggerReason: string; readonly stoppedReason?: string },
  chargingState: string | undefined,
  role: Draft['role'],
): Draft {
  const body = {
    ...{ eventType, timestamp: timestamp(measurement.at), ...fields, seqNo: measurement.ordinal },
    transactionInfo: { transactionId: idOf(session), chargingState, stoppedReason },
    evse: { id: session.connectorId, connectorId: 1 },
    meterValue: [meterValue(measurement)],
  };
  return { action: 'TransactionEvent', body: JSON.stringify(body), role };
}

function meterValues(evseId: number, measurement: Measurement): Draft {
  const body = { evseId, meterValue: [meterValue(measurement)] };
  return { action: 'MeterValues', body: JSON.stringify(body), role: 'sample' };
}

function meterValue({ at, context, samples }: Measurement): object {
  return {
    timestamp: timestamp(at),
    sampledValue: samples.map(({ measurand, unit, value }) => ({
      value: Number(value),
      context,
      measurand,
      location: 'Outlet',
      unitOfMeasure: { unit },
    })),
  };
}
