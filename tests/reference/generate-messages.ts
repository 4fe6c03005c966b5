/** What charge points would have sent, for the worlds of generate.ts: messages, some of them twice, some that contradict others. */
import fc from 'fast-check';
import { CONNECTOR_OF_SESSION, METER_START, METER_STOP } from '../../protocol/session.js';
import type { Reading as SentReading } from '../../protocol/reading.js';
import type { SessionEvent } from '../../protocol/session.js';
import { editedWorld } from './generate-edits.js';
import { grouped, type Edit, type Facts, type Reading, type Session } from './model.js';

/** Of one charge point. */
export interface SentMessage {
  readonly chargePointId: string;
  readonly readings: readonly SentReading[];
  readonly session: SessionEvent | null;
}

/** Another message about the key of a reading. */
interface Twist {
  readonly index: number;
  readonly kind: 'again' | 'another value' | 'a lower value' | 'another transaction' | 'no transaction';
}

/** How sessions are told. */
type Telling = 'whole' | 'no start' | 'no stop' | 'start without a time' | 'two starts' | 'two stops';

const twist: fc.Arbitrary<Twist> = fc.record({
  index: fc.nat({ max: 149 }),
  kind: fc.constantFrom('again', 'another value', 'a lower value', 'another transaction', 'no transaction'),
});

const telling: fc.Arbitrary<Telling> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('whole' as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'no start' as const,
      'no stop' as const,
      'start without a time' as const,
      'two starts' as const,
      'two stops' as const,
    ),
  },
);

export interface SentWorld {
  /** In the order of time; to be sent in any. */
  readonly messages: readonly SentMessage[];
  readonly edits: readonly PlannedEdit[];
}

export interface PlannedEdit extends Edit {
  readonly isUndone: boolean;
}

export const sentWorld: fc.Arbitrary<SentWorld> = fc
  .record({
    facts: editedWorld,
    twists: fc.array(twist, { maxLength: 6 }),
    tellings: fc.array(telling, { minLength: 1, maxLength: 5 }),
    /** Whether meterStart and meterStop are told with their values. */
    hasMeters: fc.boolean(),
    undone: fc.array(fc.nat({ max: 2 }), { minLength: 8, maxLength: 8 }),
  })
  .map(({ facts, twists, tellings, hasMeters, undone }) => ({
    messages: [
      ...meterValues(facts.readings),
      ...twists.flatMap((each) => twisted(facts.readings, each)),
      ...facts.sessions.flatMap((session, index) =>
        sessionMessages(facts, session, tellings[index % tellings.length] ?? 'whole', hasMeters),
      ),
    ],
    edits: facts.edits.map((edit, index) => ({ ...edit, isUndone: undone[index] === 0 })),
  }));

/** MeterValues: what a connector reads at one instant. */
function meterValues(readings: readonly Reading[]): SentMessage[] {
  const groups = grouped(readings, ({ series, timestampMs, transaction }) =>
    JSON.stringify([series.chargePointId, series.evseId, series.connectorId, timestampMs, transaction]),
  );
  return [...groups.values()].map((each) => messageOf(each.map(sent)));
}

function messageOf(readings: readonly SentReading[]): SentMessage {
  return { chargePointId: readings[0]?.chargePointId ?? '', readings, session: null };
}

function sent({ series, timestampMs, context, value, transaction }: Reading): SentReading {
  return { ...series, timestampMs, context, value, transactionId: transaction, quality: 0 };
}

function twisted(readings: readonly Reading[], { index, kind }: Twist): SentMessage[] {
  const reading = readings[index % Math.max(1, readings.length)];
  if (reading === undefined) return [];
  const same = sent(reading);
  switch (kind) {
    case 'again':
      return [messageOf([same])];
    case 'another value':
      return [messageOf([{ ...same, value: same.value + 5_000 }])];
    case 'a lower value':
      return [messageOf([{ ...same, value: Math.max(0, same.value - 7_000) }])];
    case 'another transaction':
      return [messageOf([{ ...same, transactionId: `${same.transactionId ?? ''}9` }])];
    case 'no transaction':
      return [messageOf([{ ...same, transactionId: null }])];
  }
}

const TWENTY_MINUTES_MS = 1_200_000;

function sessionMessages(
  facts: Facts,
  session: Session,
  telling: Telling,
  hasMeters: boolean,
): SentMessage[] {
  const { chargePointId, evseId, connectorId, transaction: transactionId, startedAtMs, endedAtMs } = session;
  const messages: SentMessage[] = [];
  const start = (atMs: number | null): void => {
    const wh = hasMeters ? registerAt(facts, session, atMs) : null;
    const event = { transactionId, evseId, connectorId, idTag: 'TAG', startedAtMs: atMs, meterStartWh: wh };
    messages.push({
      chargePointId,
      readings: meterReading(session, METER_START, connectorId, atMs, wh),
      session: { kind: 'start', ...event },
    });
  };
  const stop = (atMs: number): void => {
    const wh = hasMeters ? registerAt(facts, session, atMs) : null;
    const event = { transactionId, idTag: null, endedAtMs: atMs, meterStopWh: wh, reason: 'Local' };
    messages.push({
      chargePointId,
      readings: meterReading(session, METER_STOP, CONNECTOR_OF_SESSION, atMs, wh),
      session: { kind: 'stop', ...event },
    });
  };
  if (telling !== 'no start') start(telling === 'start without a time' ? null : startedAtMs);
  if (telling === 'two starts') start(startedAtMs + TWENTY_MINUTES_MS);
  if (endedAtMs === null || telling === 'no stop') return messages;
  stop(endedAtMs);
  if (telling === 'two stops') stop(endedAtMs - TWENTY_MINUTES_MS);
  return messages;
}

/** What the register of the session's connector showed last, Wh. */
function registerAt({ readings }: Facts, session: Session, atMs: number | null): number {
  const register = readings.filter(
    ({ series, timestampMs }) =>
      series.chargePointId === session.chargePointId &&
      series.evseId === session.evseId &&
      series.connectorId === session.connectorId &&
      series.measurand === 'Energy.Active.Import.Register' &&
      timestampMs <= (atMs ?? 0),
  );
  return Math.floor(register.at(-1)?.value ?? 0);
}

function meterReading(
  { chargePointId, evseId, transaction }: Session,
  context: string,
  connectorId: number,
  timestampMs: number | null,
  value: number | null,
): SentReading[] {
  if (timestampMs === null || value === null) return [];
  const series = { chargePointId, evseId, connectorId, measurand: 'Energy.Active.Import.Register' };
  const rest = { phase: '', location: 'Outlet', unit: 'Wh', context, quality: 0 };
  return [{ ...series, ...rest, timestampMs, value, transactionId: transaction }];
}
