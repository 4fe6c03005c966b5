/** What the messages say, read by the plainest means: it knows what the sample and the tests send, not all of OCPP. */
import { createHash } from 'node:crypto';
import { rejectText, type ExpectedReading, type NaturalKey, type SentMessage } from './expected.js';

/** Connector of the readings of a StopTransaction, which names none. */
export const OF_SESSION = -1;

export interface Told extends ExpectedReading {
  readonly key: NaturalKey;
}

export interface StartFacts {
  readonly connectorId: number;
  readonly idTag: string;
  readonly startedAt: string;
  readonly meterStartWh: number;
}

export interface StopFacts {
  readonly stopIdTag: string | null;
  readonly endedAt: string;
  readonly meterStopWh: number;
  readonly stopReason: string;
}

export type SaidSession =
  | { readonly kind: 'start'; readonly id: string; readonly start: StartFacts }
  | { readonly kind: 'stop'; readonly id: string; readonly stop: StopFacts };

export interface SaidMessage {
  readonly good: readonly Told[];
  /** As {@link rejectText} has them. */
  readonly bad: readonly string[];
  readonly session: SaidSession | null;
}

interface SampledValue {
  value?: string | number;
  context?: string;
  format?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

interface MeterValue {
  timestamp?: string;
  sampledValue?: SampledValue[];
}

interface MeterValues {
  connectorId?: number;
  transactionId?: number;
  meterValue?: MeterValue[];
}

interface StartTransaction {
  connectorId: number;
  idTag: string;
  meterStart: number;
  timestamp: string;
}

interface StopTransaction {
  transactionId: number;
  idTag?: string;
  meterStop: number;
  timestamp: string;
  reason?: string;
  transactionData?: MeterValue[];
}

export function readMessage(message: SentMessage): SaidMessage {
  const bad: string[] = [];
  const reject: Rejecting = (path, reason) => {
    bad.push(rejectText(message.chargePointId, message.id, path, reason));
  };
  const { chargePointId, payload } = message;
  if (message.action === 'StartTransaction') {
    return { ...readStart(chargePointId, JSON.parse(payload) as StartTransaction), bad };
  }
  if (message.action === 'StopTransaction') {
    return { ...readStop(chargePointId, JSON.parse(payload) as StopTransaction, reject), bad };
  }
  const { connectorId, transactionId, meterValue } = JSON.parse(payload) as MeterValues;
  if (meterValue === undefined || meterValue.length === 0) reject('', 'missing_meter_value');
  const told = {
    chargePointId,
    connectorId: connectorId ?? 0,
    transaction: transactionId === undefined ? null : String(transactionId),
  };
  return { good: readMeterValues(told, meterValue ?? [], '/meterValue', reject), bad, session: null };
}

function readStart(chargePointId: string, payload: StartTransaction): Pick<SaidMessage, 'good' | 'session'> {
  const { connectorId, idTag, meterStart, timestamp } = payload;
  const id = allocatedId(chargePointId, payload);
  const told = { chargePointId, connectorId, transaction: id };
  const startedAt = new Date(timestamp).toISOString();
  return {
    good: [register(told, 'MeterStart', startedAt, meterStart)],
    session: { kind: 'start', id, start: { connectorId, idTag, startedAt, meterStartWh: meterStart } },
  };
}

function readStop(
  chargePointId: string,
  payload: StopTransaction,
  reject: Rejecting,
): Pick<SaidMessage, 'good' | 'session'> {
  const { meterStop, timestamp, idTag, reason, transactionData } = payload;
  const id = String(payload.transactionId);
  const told = { chargePointId, connectorId: OF_SESSION, transaction: id };
  const endedAt = new Date(timestamp).toISOString();
  return {
    good: [
      register(told, 'MeterStop', endedAt, meterStop),
      ...readMeterValues(told, transactionData ?? [], '/transactionData', reject),
    ],
    session: {
      kind: 'stop',
      id,
      stop: { stopIdTag: idTag ?? null, endedAt, meterStopWh: meterStop, stopReason: reason ?? 'Local' },
    },
  };
}

/** The id that a StartTransaction is answered with, as docs/protocols.md has it. */
export function allocatedId(chargePointId: string, payload: StartTransaction): string {
  const { connectorId, timestamp, idTag, meterStart } = payload;
  const text = JSON.stringify([chargePointId, connectorId, timestamp, idTag, meterStart]);
  const bits = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`) >> 225n;
  return String(bits === 0n ? 1n : bits);
}

type Rejecting = (path: string, reason: string) => void;

interface ToldBy {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly transaction: string | null;
}

function readMeterValues(
  told: ToldBy,
  meterValues: readonly MeterValue[],
  list: string,
  reject: Rejecting,
): Told[] {
  const good: Told[] = [];
  meterValues.forEach((entry, i) => {
    const path = `${list}/${i}`;
    if (entry.sampledValue === undefined || entry.sampledValue.length === 0) {
      reject(path, 'missing_sampled_value');
      return;
    }
    if (entry.timestamp === undefined) {
      reject(path, 'missing_timestamp');
      return;
    }
    const hasZone = /(Z|[+-]\d\d:\d\d)$/.test(entry.timestamp);
    const at = new Date(hasZone ? entry.timestamp : `${entry.timestamp}Z`);
    if (Number.isNaN(at.getTime())) {
      reject(path, 'invalid_timestamp');
      return;
    }
    if (at < new Date('2010-01-01T00:00:00Z') || at > new Date(Date.now() + 24 * 3_600_000)) {
      reject(path, 'timestamp_out_of_range');
      return;
    }
    entry.sampledValue.forEach((sampled, j) => {
      const part = `${path}/sampledValue/${j}`;
      if (sampled.value === undefined || sampled.value === '') reject(part, 'missing_value');
      else if (sampled.format === 'SignedData') {
        // What is signed is kept as it is, and is no reading.
        if (typeof sampled.value !== 'string') reject(part, 'signed_data');
      } else if (!/^-?\d+(\.\d+)?$/.test(String(sampled.value))) reject(part, 'invalid_value');
      else good.push(reading(told, at, hasZone, sampled));
    });
  });
  return good;
}

function register(told: ToldBy, context: string, time: string, wh: number): Told {
  const { chargePointId, connectorId, transaction } = told;
  const series = { measurand: 'Energy.Active.Import.Register', phase: '', location: 'Outlet', unit: 'Wh' };
  return {
    key: { chargePointId, connectorId, ...series, context, time },
    value: wh,
    transaction,
    quality: 0,
  };
}

function reading(told: ToldBy, at: Date, hasZone: boolean, sampled: SampledValue): Told {
  const { chargePointId, connectorId, transaction } = told;
  const measurand = sampled.measurand ?? 'Energy.Active.Import.Register';
  const { unit, value } = inBaseUnit(String(sampled.value), sampled.unit ?? impliedUnit(measurand));
  return {
    key: {
      chargePointId,
      connectorId,
      measurand,
      phase: sampled.phase ?? '',
      location: sampled.location ?? 'Outlet',
      unit,
      context: sampled.context ?? 'Sample.Periodic',
      time: at.toISOString(),
    },
    value,
    transaction,
    quality: (hasZone ? 0 : 1) + (typeof sampled.value === 'number' ? 2 : 0),
  };
}

function impliedUnit(measurand: string): string {
  if (measurand.startsWith('Energy.')) return 'Wh';
  if (measurand.startsWith('Power.')) return 'W';
  if (measurand.startsWith('Current.')) return 'A';
  if (measurand === 'Voltage') return 'V';
  if (measurand === 'SoC') return 'Percent';
  if (measurand === 'Temperature') return 'Celsius';
  throw new Error(`the oracle knows no unit of ${measurand}`);
}

function inBaseUnit(text: string, unit: string): { unit: string; value: number } {
  if (unit === 'kWh' || unit === 'kW' || unit === 'kvarh' || unit === 'kVA') {
    return { unit: unit.slice(1), value: Number(timesThousand(text)) };
  }
  if (['Wh', 'W', 'A', 'V', 'Percent', 'Celsius', 'varh', 'VA'].includes(unit)) {
    return { unit, value: Number(text) };
  }
  throw new Error(`the oracle knows no unit ${unit}`);
}

/** Moves the decimal point three digits to the right, digit by digit. */
function timesThousand(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = fraction.padEnd(3, '0');
  return `${whole}${digits.slice(0, 3)}.${digits.slice(3)}0`;
}
