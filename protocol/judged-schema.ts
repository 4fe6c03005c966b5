/** The content of a `judged` envelope, checked for all that flattening promises: whoever reads the log trusts nobody's word. */
import { z } from 'zod';
import { isCleanText, isName } from './identifier.js';
import { MAX_CONNECTOR, MAX_MAGNITUDE, MAX_TRANSACTION_NAME } from './leniency.js';
import { Quality, type Reading } from './reading.js';
import { CONNECTOR_OF_SESSION, type SessionEvent } from './session.js';
import { isAllocatedId } from './transaction-id.js';

const MIN_TIME_MS = Date.parse('0000-01-01T00:00:00Z');
const MAX_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');
const ALL_QUALITIES = Object.values(Quality).reduce((bits, bit) => bits | bit, 0);

const name = z.string().refine(isName, 'is no name');
const nameOrNone = z.string().refine((text) => text === '' || isName(text), 'is no name');
const evseId = z.int().min(0).max(MAX_CONNECTOR);
const connectorId = z.int().min(0).max(MAX_CONNECTOR);
const timeMs = z.int().min(MIN_TIME_MS).max(MAX_TIME_MS);
const registerWh = z.int().min(0).max(MAX_MAGNITUDE).refine(isNotMinusZero, 'is -0');

export const readingSchema = z.object({
  chargePointId: z.string(),
  evseId,
  connectorId: z.int().min(CONNECTOR_OF_SESSION).max(MAX_CONNECTOR),
  measurand: name,
  phase: nameOrNone,
  location: name,
  unit: nameOrNone,
  context: name,
  timestampMs: timeMs,
  value: z.number().min(-MAX_MAGNITUDE).max(MAX_MAGNITUDE).refine(isNotMinusZero, 'is -0'),
  transactionId: z.string().min(1).max(MAX_TRANSACTION_NAME).refine(isCleanText, 'is no id').nullable(),
  quality: z.int().min(0).max(ALL_QUALITIES),
});

const allocatedId = z.string().refine(isAllocatedId, 'is no allocated id');

export const sessionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    transactionId: allocatedId,
    evseId,
    connectorId,
    idTag: nameOrNone,
    startedAtMs: timeMs.nullable(),
    meterStartWh: registerWh.nullable(),
  }),
  z.object({
    kind: z.literal('stop'),
    transactionId: allocatedId,
    idTag: name.nullable(),
    endedAtMs: timeMs.nullable(),
    meterStopWh: registerWh.nullable(),
    reason: name,
  }),
]);

interface Judged {
  readonly chargePointId: string;
  readonly readings: readonly Reading[];
  readonly session: SessionEvent | null;
}

/** What no single field shows: the fault, or undefined. */
export function judgedFault({ chargePointId, readings, session }: Judged): string | undefined {
  if (readings.length === 0 && session === null) return 'neither a reading nor a session';
  for (const [index, reading] of readings.entries()) {
    if (reading.chargePointId !== chargePointId) return `reading ${index} is of another charge point`;
    if (reading.connectorId !== CONNECTOR_OF_SESSION) continue;
    if (session?.kind !== 'stop')
      return `reading ${index} takes the connector of a session that isn't stopped here`;
    if (reading.transactionId !== session.transactionId) return `reading ${index} is of another session`;
  }
  return undefined;
}

function isNotMinusZero(value: number): boolean {
  return !Object.is(value, -0);
}
