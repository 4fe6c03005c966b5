/** The content of a `judged` envelope, checked for all that flattening promises: whoever reads the log trusts nobody's word. */
import { z } from 'zod';
import { isCleanText, isName } from './identifier.js';
import { MAX_CONNECTOR, MAX_MAGNITUDE, MAX_TRANSACTION_NAME } from './leniency.js';
import { Quality, type Reading } from './reading.js';
import { CONNECTOR_OF_SESSION, type SessionEvent } from './session.js';
import { isSignedText, type SignedValue } from './signed-value.js';
import { isAllocatedId } from './transaction-id.js';

const MIN_TIME_MS = Date.parse('0000-01-01T00:00:00Z');
const MAX_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');
const ALL_QUALITIES = Object.values(Quality).reduce((bits, bit) => bits | bit, 0);

const name = z.string().refine(isName, 'is no name');
const nameOrNone = z.string().refine((text) => text === '' || isName(text), 'is no name');
const evseId = z.int().min(0).max(MAX_CONNECTOR);
const connectorId = z.int().min(0).max(MAX_CONNECTOR);
const timeMs = z.int().min(MIN_TIME_MS).max(MAX_TIME_MS);
const registerWh = z.number().min(0).max(MAX_MAGNITUDE).refine(isNotMinusZero, 'is -0');

const transactionId = z.string().min(1).max(MAX_TRANSACTION_NAME).refine(isCleanText, 'is no id');

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
  transactionId: transactionId.nullable(),
  quality: z.int().min(0).max(ALL_QUALITIES),
});

const signedText = z.string().refine(isSignedText, 'is no signed text');

export const signedValueSchema = readingSchema.omit({ unit: true, value: true, quality: true }).extend({
  encoding: nameOrNone,
  signingMethod: nameOrNone,
  publicKey: signedText,
  data: signedText.min(1),
});

const evse = z.object({ evseId, connectorId: connectorId.nullable() }).nullable().optional();

export const sessionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    transactionId,
    evseId: evseId.nullable(),
    connectorId: connectorId.nullable(),
    idTag: nameOrNone,
    startedAtMs: timeMs.nullable(),
    meterStartWh: registerWh.nullable(),
    evse,
  }),
  z.object({
    kind: z.literal('stop'),
    transactionId,
    idTag: name.nullable(),
    endedAtMs: timeMs.nullable(),
    meterStopWh: registerWh.nullable(),
    reason: name,
    evse,
  }),
  z.object({ kind: z.literal('update'), transactionId, idTag: name.nullable(), evse }),
]);

interface Judged {
  readonly chargePointId: string;
  readonly protocol: string;
  readonly readings: readonly Reading[];
  readonly session: SessionEvent | null;
  readonly signedValues?: readonly SignedValue[] | undefined;
}

/** What no single field shows: the fault, or undefined. */
export function judgedFault({ chargePointId, protocol, ...judged }: Judged): string | undefined {
  const { readings, session, signedValues = [] } = judged;
  if (readings.length === 0 && session === null && signedValues.length === 0) {
    return 'neither a reading nor a session nor a signed value';
  }
  if (session !== null && protocol !== 'ocpp2.0.1') {
    if (!isAllocatedId(session.transactionId)) return 'the session has no allocated id';
    if (session.kind === 'update' || (session.evse ?? null) !== null) return 'the session is of OCPP 2.0.1';
    const meterWh = session.kind === 'start' ? session.meterStartWh : session.meterStopWh;
    if (meterWh !== null && !Number.isInteger(meterWh)) return 'the meter shows a fraction of a Wh';
  }
  if (session?.kind === 'start' && (session.evseId === null) !== (session.connectorId === null)) {
    return 'the session starts at half a place';
  }
  const what = { reading: readings, 'signed value': signedValues };
  for (const [name, values] of Object.entries(what)) {
    for (const [index, value] of values.entries()) {
      if (value.chargePointId !== chargePointId) return `${name} ${index} is of another charge point`;
      if (value.connectorId !== CONNECTOR_OF_SESSION) continue;
      if (session === null || (session.kind === 'start' && session.connectorId !== null)) {
        return `${name} ${index} takes the connector of a session that isn't told of here`;
      }
      if (value.transactionId !== session.transactionId) return `${name} ${index} is of another session`;
    }
  }
  return undefined;
}

function isNotMinusZero(value: number): boolean {
  return !Object.is(value, -0);
}
