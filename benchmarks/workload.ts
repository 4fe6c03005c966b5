/**
 * What is sent: the sample workbook's messages (2.2 sampled values each, as a real dump has), told by twelve fleets at once
 * so that a batch touches thousands of series, on a day near today.
 */
import { sampleRows, type SampleRow } from '../Files/sample-rows.js';
import { encodeEnvelope } from '../protocol/envelope.js';

export interface BenchMessage {
  readonly chargePointId: string;
  readonly payload: unknown;
  /** ms since 1970 UTC. */
  readonly receivedAt: number;
}

export interface Workload {
  /** Makes every series and transaction known, and the code warm. */
  readonly warmUp: readonly BenchMessage[];
  readonly measured: readonly BenchMessage[];
}

const DAY_MS = 86_400_000;
const SAMPLE_DAY = /2026-03-10T/g;
const FLEETS = 12;
/** Of each fleet. */
export const CHARGE_POINTS = 53;
/** Time that all of the sample's rows tell of. */
export const SAMPLE_MS = 4 * 3_600_000;
/** What messages are judged by. */
export const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };

/** `rows` of the sample are told by each of the fleets; all of its 10,000 at most. */
export function workload(rows: number, now: number, fleets = FLEETS): Workload {
  const sample = sampleRows();
  const measured = sample.slice(0, rows);
  const known = new Set<string>();
  const introducing = measured.filter((row) => {
    const shape = seriesOf(row);
    if (known.has(shape)) return false;
    known.add(shape);
    return true;
  });
  return {
    warmUp: byAllFleets([...introducing, ...measured.slice(0, 1_000)], now - 2 * DAY_MS, fleets),
    measured: byAllFleets(measured, now - DAY_MS, fleets),
  };
}

/** The record of the log that a gateway makes of a message. */
export function toRecord(message: BenchMessage, messageId: string): { key: string; value: string } {
  const { chargePointId, payload, receivedAt } = message;
  return {
    key: chargePointId,
    value: encodeEnvelope({
      v: 1,
      kind: 'meterValues',
      chargePointId,
      protocol: 'json',
      messageId,
      receivedAt,
      payload,
    }),
  };
}

function byAllFleets(rows: readonly SampleRow[], at: number, fleets: number): BenchMessage[] {
  const day = `${new Date(at).toISOString().slice(0, 10)}T`;
  return rows.flatMap((row) => {
    const text = row.payload.replace(SAMPLE_DAY, day);
    return Array.from({ length: fleets }, (_, fleet) => ({
      chargePointId: `${row.charge_point_id}-${fleet}`,
      payload: JSON.parse(text) as unknown,
      receivedAt: at,
    }));
  });
}

/** What decides the series and the transaction of a message's values. */
function seriesOf({ charge_point_id, payload }: SampleRow): string {
  const names = payload.match(/"(measurand|phase|location|unit|connectorId|transactionId)":("[^"]*"|\d+)/g);
  return `${charge_point_id} ${[...new Set(names)].sort().join()}`;
}
