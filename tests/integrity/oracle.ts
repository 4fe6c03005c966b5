/**
 * What the database has to hold after these messages, worked out by plain loops over the messages alone: slow, and
 * sharing nothing with the program it judges. It knows what the sample and `workbooks.ts` contain, not all of OCPP.
 */

/** A message as a charge point sends it: what a row of a workbook holds. */
export interface SentMessage {
  /** As it comes back in quarantine. */
  readonly id: string;
  readonly chargePointId: string;
  /** JSON text. */
  readonly payload: string;
}

export interface ExpectedReading {
  readonly value: number;
  readonly transaction: string | null;
  readonly quality: number;
}

export interface Expected {
  /** By natural key: {@link readingKey}. */
  readonly readings: ReadonlyMap<string, ExpectedReading>;
  /** Values that lost against the standing one, by natural key and value. */
  readonly conflicts: ReadonlyMap<string, ExpectedReading>;
  /** The newest reading of each series: by series, `context @ time = value`. */
  readonly latest: ReadonlyMap<string, string>;
  /** Each part that can't become a reading, as `charge point, message, path, reason`. */
  readonly rejects: readonly string[];
  readonly messages: { received: number; stored: number; duplicate: number; rejected: number };
  readonly counts: { stored: number; duplicate: number; conflicting: number; rejected: number };
  readonly chargePoints: number;
  readonly transactions: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface NaturalKey {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
}

export function seriesKey(key: Omit<NaturalKey, 'context' | 'time'>): string {
  return [key.chargePointId, key.connectorId, key.measurand, key.phase, key.location, key.unit].join(' | ');
}

export function readingKey(key: NaturalKey): string {
  return `${seriesKey(key)} | ${key.context} @ ${key.time}`;
}

export function conflictKey(key: NaturalKey, value: number): string {
  return `${readingKey(key)} = ${value}`;
}

export function latestText(key: NaturalKey, value: number): string {
  return `${key.context} @ ${key.time} = ${value}`;
}

export function rejectText(chargePointId: string, messageId: string, path: string, reason: string): string {
  return `${chargePointId} | ${messageId} | ${path} | ${reason}`;
}

/** Contexts in the order that breaks a tie in time, the last one winning. */
const CONTEXTS = [
  'Sample.Periodic',
  'Sample.Clock',
  'Transaction.Begin',
  'Transaction.End',
  'Interruption.Begin',
  'Interruption.End',
  'Trigger',
  'Other',
];

interface Told extends ExpectedReading {
  readonly key: NaturalKey;
}

/** @param messages in any order; each counts as often as it stands there. */
export function expectedOf(messages: readonly SentMessage[]): Expected {
  const told = new Map<string, Told[]>();
  const rejects: string[] = [];
  const outcomes = { received: 0, stored: 0, duplicate: 0, rejected: 0 };
  const counts = { stored: 0, duplicate: 0, conflicting: 0, rejected: 0 };
  const chargePoints = new Set<string>();
  const transactions = new Set<string>();
  const times: string[] = [];

  for (const message of messages) {
    const { good, bad } = readMessage(message);
    let isNew = false;
    for (const reading of good) {
      const key = readingKey(reading.key);
      const known = told.get(key) ?? [];
      if (known.length === 0) counts.stored += 1;
      else if (known.some(({ value }) => value === reading.value)) counts.duplicate += 1;
      else counts.conflicting += 1;
      if (!known.some(({ value }) => value === reading.value)) isNew = true;
      told.set(key, [...known, reading]);
      times.push(reading.key.time);
      if (reading.transaction !== null) transactions.add(`${message.chargePointId} | ${reading.transaction}`);
    }
    rejects.push(...bad);
    counts.rejected += bad.length;
    if (good.length > 0) chargePoints.add(message.chargePointId);
    outcomes.received += 1;
    if (good.length === 0) outcomes.rejected += 1;
    else if (isNew) outcomes.stored += 1;
    else outcomes.duplicate += 1;
  }

  const readings = new Map<string, ExpectedReading>();
  const conflicts = new Map<string, ExpectedReading>();
  const newest = new Map<string, Told>();
  for (const [key, all] of told) {
    const standing = all.reduce((best, each) => (standsBefore(each, best) ? each : best));
    readings.set(key, said(standing));
    for (const value of new Set(all.map((each) => each.value))) {
      if (value === standing.value) continue;
      const same = all.filter((each) => each.value === value);
      const kept = same.reduce((best, each) => (standsBefore(each, best) ? each : best));
      conflicts.set(conflictKey(kept.key, value), said(kept));
    }
    const series = seriesKey(standing.key);
    const known = newest.get(series);
    if (known === undefined || isNewer(standing.key, known.key)) newest.set(series, standing);
  }
  times.sort();
  return {
    readings,
    conflicts,
    latest: new Map([...newest].map(([series, { key, value }]) => [series, latestText(key, value)])),
    rejects,
    messages: outcomes,
    counts,
    chargePoints: chargePoints.size,
    transactions: transactions.size,
    from: times[0] ?? null,
    to: times.at(-1) ?? null,
  };
}

function said({ value, transaction, quality }: Told): ExpectedReading {
  return { value, transaction, quality };
}

/** A register beats a zero, the larger value the smaller, the greater transaction the lesser, the cleaner reading the other. */
function standsBefore(a: ExpectedReading, b: ExpectedReading): boolean {
  if (a.value !== b.value) {
    if (a.value === 0) return false;
    if (b.value === 0) return true;
    return a.value > b.value;
  }
  if (a.transaction !== b.transaction) {
    if (a.transaction === null) return false;
    if (b.transaction === null) return true;
    return a.transaction > b.transaction;
  }
  return a.quality < b.quality;
}

function isNewer(a: NaturalKey, b: NaturalKey): boolean {
  if (a.time !== b.time) return a.time > b.time;
  return CONTEXTS.indexOf(a.context) > CONTEXTS.indexOf(b.context);
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

interface MeterValues {
  connectorId?: number;
  transactionId?: number;
  meterValue?: { timestamp?: string; sampledValue?: SampledValue[] }[];
}

function readMessage(message: SentMessage): { good: Told[]; bad: string[] } {
  const good: Told[] = [];
  const bad: string[] = [];
  const reject = (path: string, reason: string): void => {
    bad.push(rejectText(message.chargePointId, message.id, path, reason));
  };
  const payload = JSON.parse(message.payload) as MeterValues;
  if (payload.meterValue === undefined || payload.meterValue.length === 0) {
    reject('', 'missing_meter_value');
    return { good, bad };
  }
  payload.meterValue.forEach((entry, i) => {
    const path = `/meterValue/${i}`;
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
      else if (sampled.format === 'SignedData') reject(part, 'signed_data');
      else if (!/^-?\d+(\.\d+)?$/.test(String(sampled.value))) reject(part, 'invalid_value');
      else good.push(reading(message.chargePointId, payload, at, hasZone, sampled));
    });
  });
  return { good, bad };
}

function reading(
  chargePointId: string,
  payload: MeterValues,
  at: Date,
  hasZone: boolean,
  sampled: SampledValue,
): Told {
  const measurand = sampled.measurand ?? 'Energy.Active.Import.Register';
  const { unit, value } = inBaseUnit(String(sampled.value), sampled.unit ?? impliedUnit(measurand));
  return {
    key: {
      chargePointId,
      connectorId: payload.connectorId ?? 0,
      measurand,
      phase: sampled.phase ?? '',
      location: sampled.location ?? 'Outlet',
      unit,
      context: sampled.context ?? 'Sample.Periodic',
      time: at.toISOString(),
    },
    value,
    transaction: payload.transactionId === undefined ? null : String(payload.transactionId),
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
