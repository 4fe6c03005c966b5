/**
 * What the database has to hold after these messages, worked out by plain loops over the messages alone: slow, and
 * sharing nothing with the program it judges. It knows what the sample and `workbooks.ts` contain, not all of OCPP.
 */
import { conflictKey, latestText, readingKey, seriesKey, sessionKey } from './expected.js';
import type { Expected, ExpectedReading, ExpectedSession, NaturalKey, SentMessage } from './expected.js';
import { OF_SESSION, readMessage, type SaidSession, type Told } from './read-message.js';
import { expectedSession } from './session-oracle.js';

export * from './expected.js';

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
  'MeterStart',
  'MeterStop',
];

/** @param messages in any order; each counts as often as it stands there. */
export function expectedOf(messages: readonly SentMessage[]): Expected {
  const told = new Map<string, Told[]>();
  const waiting = new Map<string, ExpectedReading>();
  const rejects: string[] = [];
  const outcomes = { received: 0, stored: 0, duplicate: 0, rejected: 0 };
  const counts = { stored: 0, duplicate: 0, conflicting: 0, rejected: 0, waiting: 0 };
  const chargePoints = new Set<string>();
  const transactions = new Map<string, SaidSession[]>();
  const times: string[] = [];

  const said = messages.map((message) => ({ message, ...readMessage(message) }));
  const connectors = new Map<string, number>();
  for (const { message, session } of said) {
    if (session?.kind !== 'start') continue;
    connectors.set(sessionKey(message.chargePointId, session.id), session.start.connectorId);
  }

  for (const { message, good, bad, session } of said) {
    let isNew = false;
    if (session !== null) {
      const key = sessionKey(message.chargePointId, session.id);
      const before = transactions.get(key) ?? [];
      isNew = !before.some(({ kind }) => kind === session.kind);
      transactions.set(key, [...before, session]);
    }
    for (const sent of good) {
      const transaction =
        sent.transaction === null ? null : sessionKey(message.chargePointId, sent.transaction);
      if (transaction !== null) transactions.set(transaction, transactions.get(transaction) ?? []);
      const reading = placed(sent, connectors.get(transaction ?? ''));
      if (reading.key.connectorId === OF_SESSION) {
        const key = conflictKey(reading.key, reading.value);
        if (waiting.has(key)) counts.duplicate += 1;
        else isNew = true;
        waiting.set(key, reduced(reading));
        continue;
      }
      const key = readingKey(reading.key);
      const known = told.get(key) ?? [];
      if (known.length === 0) counts.stored += 1;
      else if (known.some(({ value }) => value === reading.value)) counts.duplicate += 1;
      else counts.conflicting += 1;
      if (!known.some(({ value }) => value === reading.value)) isNew = true;
      told.set(key, [...known, reading]);
      times.push(reading.key.time);
    }
    rejects.push(...bad);
    counts.rejected += bad.length;
    const isGood = good.length > 0 || session !== null;
    if (isGood) chargePoints.add(message.chargePointId);
    outcomes.received += 1;
    if (!isGood) outcomes.rejected += 1;
    else if (isNew) outcomes.stored += 1;
    else outcomes.duplicate += 1;
  }
  counts.waiting = waiting.size;

  const readings = new Map<string, ExpectedReading>();
  const conflicts = new Map<string, ExpectedReading>();
  const newest = new Map<string, Told>();
  for (const [key, all] of told) {
    const standing = all.reduce((best, each) => (standsBefore(each, best) ? each : best));
    readings.set(key, reduced(standing));
    for (const value of new Set(all.map((each) => each.value))) {
      if (value === standing.value) continue;
      const same = all.filter((each) => each.value === value);
      const kept = same.reduce((best, each) => (standsBefore(each, best) ? each : best));
      conflicts.set(conflictKey(kept.key, value), reduced(kept));
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
    sessions: new Map(
      [...transactions].map(([key, events]): [string, ExpectedSession] => [key, expectedSession(events)]),
    ),
    waiting,
    rejects,
    messages: outcomes,
    counts,
    chargePoints: chargePoints.size,
    transactions: transactions.size,
    from: times[0] ?? null,
    to: times.at(-1) ?? null,
  };
}

/** A reading of a Stop belongs to the connector of the Start. */
function placed(reading: Told, connectorId: number | undefined): Told {
  if (reading.key.connectorId !== OF_SESSION || connectorId === undefined) return reading;
  return { ...reading, key: { ...reading.key, connectorId } };
}

function reduced({ value, transaction, quality }: Told): ExpectedReading {
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
