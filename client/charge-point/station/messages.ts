/** Each request of a charge point as a message: what it says, and whether it is kept until it is heard. */
import { grownSamples, type ReadingInput } from '../language/reading.js';
import type { Connector } from './connector.js';
import type { Message } from './message.js';
import { describeSamples, readingTimestamp, sampledValue } from './sampled-values.js';
import type { Session } from '../../station/session.js';

export function bootMessage(vendor: string, model: string): Message {
  return immediate('BootNotification', `${vendor} ${model}`, {
    chargePointVendor: vendor,
    chargePointModel: model,
  });
}

export function heartbeatMessage(): Message {
  return immediate('Heartbeat', '', {});
}

export function authorizeMessage(idTag: string): Message {
  return immediate('Authorize', idTag, { idTag });
}

export function statusMessage(connectorId: number, status: string, errorCode: string, now: number): Message {
  const fault = errorCode === 'NoError' ? '' : ` ${errorCode}`;
  const payload = { connectorId, errorCode, status, timestamp: new Date(now).toISOString() };
  return immediate('StatusNotification', `connector ${connectorId} ${status}${fault}`, payload);
}

/** Any action with the payload that was typed. What a charge point keeps until it is heard is kept here too. */
export function typedMessage(action: string, json: string): Message {
  const kept = action === 'MeterValues' || action === 'StartTransaction' || action === 'StopTransaction';
  return { action, summary: shortened(json), payload: () => json, kept, session: null };
}

export function rawMessage(frame: string): Message {
  return { action: 'raw', summary: shortened(frame), payload: () => frame, kept: false, session: null };
}

export function startMessage(session: Session): Message {
  const { connectorId, idTag, meterStartWh, startedAt } = session;
  const timestamp = new Date(startedAt).toISOString();
  const payload = JSON.stringify({ connectorId, idTag, meterStart: meterStartWh, timestamp });
  return {
    action: 'StartTransaction',
    summary: `${idTag} ${meterStartWh} Wh`,
    payload: () => payload,
    kept: true,
    session: { of: session, event: 'start' },
  };
}

export function stopMessage(
  session: Session,
  meterStopWh: number,
  reason: string | null,
  now: number,
): Message {
  const timestamp = new Date(now).toISOString();
  const { idTag } = session;
  return {
    action: 'StopTransaction',
    summary: `${meterStopWh} Wh${reason === null ? '' : ` ${reason}`}`,
    payload: () => {
      const { transactionId } = session;
      if (transactionId === null) return null;
      const request = { transactionId, idTag, meterStop: meterStopWh, timestamp };
      return JSON.stringify(reason === null ? request : { ...request, reason });
    },
    kept: true,
    session: { of: session, event: 'stop' },
  };
}

/** A reading that was taken at `now`, after so many repetitions. It belongs to the session that runs at its connector. */
export function readingMessage(
  reading: ReadingInput,
  connector: Connector,
  now: number,
  repetitions = 0,
): Message {
  const samples = grownSamples(reading.samples, repetitions);
  for (const sample of samples) connector.observe(sample);
  const session = connector.runningSession;
  const meterValue = [{ timestamp: readingTimestamp(reading, now), sampledValue: samples.map(sampledValue) }];
  return {
    action: 'MeterValues',
    summary: describeSamples(samples),
    payload: () => {
      const transactionId = reading.transactionId ?? session?.transactionId ?? undefined;
      return JSON.stringify({ connectorId: connector.id, transactionId, meterValue });
    },
    kept: true,
    session: null,
  };
}

/** Of use only now: a charge point that is offline doesn't save it up. */
function immediate(action: string, summary: string, payload: object): Message {
  const json = JSON.stringify(payload);
  return { action, summary, payload: () => json, kept: false, session: null };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
