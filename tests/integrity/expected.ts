/** What the oracle answers, and the natural keys by which tables are held against it. */

/** A message as a charge point sends it: what a row of a workbook holds. */
export interface SentMessage {
  /** As it comes back in quarantine. */
  readonly id: string;
  readonly chargePointId: string;
  /** JSON text. */
  readonly payload: string;
  /** Of OCPP 1.6; MeterValues when absent. */
  readonly action?: 'StartTransaction' | 'StopTransaction';
}

export interface ExpectedReading {
  readonly value: number;
  readonly transaction: string | null;
  readonly quality: number;
}

/** What is known of a charging session; null where nobody told. */
export interface ExpectedSession {
  readonly status: string;
  readonly connectorId: number | null;
  readonly idTag: string | null;
  readonly startedAt: string | null;
  readonly meterStartWh: number | null;
  readonly stopIdTag: string | null;
  readonly endedAt: string | null;
  readonly meterStopWh: number | null;
  readonly stopReason: string | null;
}

export interface Expected {
  /** By natural key: {@link readingKey}. */
  readonly readings: ReadonlyMap<string, ExpectedReading>;
  /** Values that lost against the standing one, by natural key and value. */
  readonly conflicts: ReadonlyMap<string, ExpectedReading>;
  /** The newest reading of each series: by series, `context @ time = value`. */
  readonly latest: ReadonlyMap<string, string>;
  /** Every transaction that was named: by {@link sessionKey}. */
  readonly sessions: ReadonlyMap<string, ExpectedSession>;
  /** Readings of StopTransactions whose Start was not sent, by natural key and value. */
  readonly waiting: ReadonlyMap<string, ExpectedReading>;
  /** Each part that can't become a reading, as `charge point, message, path, reason`. */
  readonly rejects: readonly string[];
  readonly messages: { received: number; stored: number; duplicate: number; rejected: number };
  readonly counts: {
    stored: number;
    duplicate: number;
    conflicting: number;
    rejected: number;
    waiting: number;
  };
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

export function sessionKey(chargePointId: string, transaction: string): string {
  return `${chargePointId} | ${transaction}`;
}

export function rejectText(chargePointId: string, messageId: string, path: string, reason: string): string {
  return `${chargePointId} | ${messageId} | ${path} | ${reason}`;
}
