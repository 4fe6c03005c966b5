/** The literal fates of the dirty rows in the terms of the tables, by plain sums. */
import type { DirtyPart, DirtyReading, Protocol } from '../../../Files/dirty/dirty-case.js';
import type { PlacedRow } from '../../../Files/dirty/placed-row.js';
import {
  conflictKey,
  latestText,
  readingKey,
  seriesKey,
  type ExpectedReading,
  type NaturalKey,
} from '../oracle.js';
import type { Stats } from '../verify.js';

const QUALITY = { assumedUtc: 1, numberForString: 2 };

export function keyOf(chargePointId: string, reading: DirtyReading): NaturalKey {
  return { ...reading, chargePointId, time: reading.timestamp };
}

export function said({ value, transactionId, quality }: DirtyReading): ExpectedReading {
  return {
    value,
    transaction: transactionId,
    quality: quality.reduce((sum, name) => sum + QUALITY[name], 0),
  };
}

export function readingsOf(
  chargePointId: string,
  readings: readonly DirtyReading[],
): Map<string, ExpectedReading> {
  return new Map(readings.map((each) => [readingKey(keyOf(chargePointId, each)), said(each)]));
}

export function conflictsOf(
  chargePointId: string,
  conflicts: readonly DirtyReading[],
): Map<string, ExpectedReading> {
  return new Map(conflicts.map((each) => [conflictKey(keyOf(chargePointId, each), each.value), said(each)]));
}

/** Each series here has one context, so that time alone decides. */
export function latestOf(chargePointId: string, readings: readonly DirtyReading[]): Map<string, string> {
  const latest = new Map<string, string>();
  for (const each of [...readings].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))) {
    const key = keyOf(chargePointId, each);
    latest.set(seriesKey(key), latestText(key, each.value));
  }
  return latest;
}

/** What of a table belongs to a charge point. */
export function ofChargePoint<T>(table: ReadonlyMap<string, T>, chargePointId: string): Map<string, T> {
  return new Map([...table].filter(([key]) => key.startsWith(`${chargePointId} | `)));
}

export function rawText(part: DirtyPart & { readonly raw: string }, messageId: string): string {
  return part.raw.replace('{id}', () => messageId);
}

/** Counters after the rows were sent `times` times. */
export function countersOf(
  rows: readonly PlacedRow[],
  protocol: Protocol,
  times: number,
): Pick<Stats, 'messages' | 'readings'> {
  const messages = { received: 0, stored: 0, duplicate: 0, rejected: 0 };
  const readings = { stored: 0, duplicate: 0, conflicting: 0, rejected: 0, waiting: 0 };
  for (const { expect } of rows) {
    const { outcome, stored, duplicate, conflicting, quarantine } = expect[protocol];
    // A row that was refused may leave a note, which is a record of its own.
    if (outcome === 'refused' && quarantine.length === 0) continue;
    const isNew = stored + conflicting > 0;
    const isGood = isNew || duplicate > 0;
    messages.received += times;
    messages.stored += isNew ? 1 : 0;
    messages.duplicate += isNew ? times - 1 : isGood ? times : 0;
    messages.rejected += isGood ? 0 : times;
    readings.stored += stored;
    readings.conflicting += conflicting;
    readings.duplicate += times * duplicate + (times - 1) * (stored + conflicting);
    readings.rejected += times * quarantine.length;
  }
  return { messages, readings };
}
