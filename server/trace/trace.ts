import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { ReadDatabase } from '../../store/read/read-database.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import type { FoundRecord, LogReader } from '../broker/log-reader.js';
import {
  isOfQuestion,
  readDetails,
  readIdentified,
  readKept,
  type Identified,
  type Kept,
} from './database-side.js';
import { fateOf } from './fate.js';
import { searchLog, type Arrivals, type LogSearched } from './search-log.js';
import type {
  DatabaseFacts,
  FatedMessage,
  LogFacts,
  TraceQuestion,
  TraceReport,
  Unreachable,
} from './trace-report.js';
import { tracedMessage, type Span, type TracedMessage } from './traced-message.js';

export interface TraceParts {
  /** On the primary: a standby may not have it yet. */
  readonly database: ReadDatabase;
  readonly log: LogReader;
  readonly logKind: LogFacts['kind'];
  /** Name of the log, under which its positions are stored. */
  readonly topic: string;
  /** What a record says, by the rules of the workers. */
  readonly judge: (record: FoundRecord) => SinkMessage;
  /** How far ahead of its arrival a reading may be. */
  readonly maxAheadMs: number;
  readonly onProgress: (records: number, done: number) => void;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Messages that are kept of a search; the others are counted. */
const MAX_MESSAGES = 1_000;
/** Clocks of charge points are rarely ahead by more. */
const EARLIER_MS = 5 * 60_000;

/**
 * Follows readings of a charge point through log and database. What can't be reached is told in the report; rejects with the
 * database's error when neither of the two can.
 */
export async function trace(question: TraceQuestion, parts: TraceParts): Promise<TraceReport> {
  const { span, messageId } = question;
  const first = await attempt(() => beforeLog(question, parts));
  const known = first.ok ? arrivalsOf(first.value.kept) : [];
  const searched = await attempt(() => search(question, parts, known));
  if (!first.ok && !searched.ok) throw first.error;
  const messages = searched.ok ? searched.value.messages : [];
  // A message that was asked for by its id says what the times of its readings are.
  const wanted = messageId === null ? span : spanOf(messages);
  const rest = first.ok
    ? await attempt(() => afterLog(question, parts, { wanted, messages, identified: first.value.identified }))
    : first;
  const database = rest.ok ? rest.value : null;
  return {
    question,
    askedAtMs: parts.now(),
    database,
    log: searched.ok ? logFacts(parts, searched.value, database) : null,
    unreachable: {
      database: rest.ok ? null : unreachable(rest.error),
      log: searched.ok ? null : unreachable(searched.error),
    },
    isInterrupted: parts.signal.aborted,
  };
}

async function beforeLog(
  question: TraceQuestion,
  { database, topic, maxAheadMs }: TraceParts,
): Promise<{ identified: Identified; kept: Kept }> {
  const { chargePointId, span, messageId } = question;
  return database.read(async (query) => ({
    identified: await readIdentified(query, chargePointId, topic),
    kept: await readKept(query, {
      ...{ chargePointId, topic, places: [], span: messageId === null ? span : null },
      arrivedFromMs: span.fromMs - maxAheadMs,
      isWanted: isOfQuestion(question),
    }),
  }));
}

/** The position of before the log was read, the rows of afterwards: what was stored meanwhile has rows. */
async function afterLog(
  question: TraceQuestion,
  { database, topic, maxAheadMs }: TraceParts,
  found: { wanted: Span | null; messages: readonly TracedMessage[]; identified: Identified },
): Promise<DatabaseFacts> {
  const { chargePointId, span } = question;
  const { wanted, messages, identified } = found;
  return database.read(async (query) => {
    const kept = await readKept(query, {
      ...{ chargePointId, topic, places: messages, span: wanted },
      arrivedFromMs: span.fromMs - maxAheadMs,
      isWanted: isOfQuestion(question),
    });
    const standing = question.messageId === null ? kept.standing : ofMessages(kept.standing, messages);
    const details = await readDetails(query, question, standing);
    return { ...identified, ...kept, standing, ...details };
  });
}

interface Searched extends LogSearched {
  readonly messages: readonly TracedMessage[];
  readonly leftOut: number;
  readonly identity: string;
  readonly arrivals: Arrivals;
}

async function search(
  question: TraceQuestion,
  { log, judge, signal, onProgress }: TraceParts,
  known: readonly number[],
): Promise<Searched> {
  const messages: TracedMessage[] = [];
  let leftOut = 0;
  const arrivals = question.arrivals ?? { fromMs: question.span.fromMs - EARLIER_MS, toMs: Infinity };
  const identity = await log.identity();
  const searched = await searchLog(log, {
    key: question.chargePointId,
    arrivals,
    known,
    ...{ maxMessages: question.maxMessages, allPartitions: question.allPartitions, signal, onProgress },
    onRecord: (record) => {
      const traced = tracedMessage(judge(record), record.loggedAtMs, question);
      if (traced === undefined) return;
      if (messages.length < MAX_MESSAGES) messages.push(traced);
      else leftOut++;
    },
  });
  const inOrder = messages.sort((a, b) => a.loggedAtMs - b.loggedAtMs || a.offset - b.offset);
  return { ...searched, messages: inOrder, leftOut, identity, arrivals };
}

function logFacts(
  { logKind, topic }: TraceParts,
  searched: Searched,
  database: DatabaseFacts | null,
): LogFacts {
  const { arrivals, ranges, lookedAt, messagesRead, leftOut, isTrimmed } = searched;
  return {
    ...{ kind: logKind, topic, arrivals, ranges, lookedAt, messagesRead, leftOut, isTrimmed },
    isAnotherLog: database !== null && ![null, searched.identity].includes(database.logIdentity),
    messages: onceStored(searched.messages.map((message) => fated(message, database))),
  };
}

function fated(message: TracedMessage, database: DatabaseFacts | null): FatedMessage {
  if (database === null) {
    const readings = message.readings.map((reading) => ({ ...reading, fate: null }));
    return { ...message, readings, isStored: null };
  }
  const { partition, offset } = message;
  const storedBelow = database.storedBelow.get(partition);
  const place = {
    ...message,
    storedBelow,
    isQuarantined: database.quarantined.some(
      (part) => part.partition === partition && part.offset === offset,
    ),
  };
  return {
    ...message,
    readings: message.readings.map((reading) => ({ ...reading, fate: fateOf(reading, place, database) })),
    isStored: storedBelow !== undefined && offset < storedBelow,
  };
}

/** Two messages may have arrived in one millisecond: the first of them brought the reading. */
function onceStored(messages: readonly FatedMessage[]): FatedMessage[] {
  const stored = new Set<string>();
  return messages.map((message) => ({
    ...message,
    readings: message.readings.map((reading) => {
      if (reading.fate !== 'stored') return reading;
      const { evseId, connectorId, measurand, phase, location, unit, context, timestampMs } = reading;
      const key = JSON.stringify([
        evseId,
        connectorId,
        measurand,
        phase,
        location,
        unit,
        context,
        timestampMs,
      ]);
      if (stored.has(key)) return { ...reading, fate: 'duplicate' as const };
      stored.add(key);
      return reading;
    }),
  }));
}

function arrivalsOf({ standing, losing, waiting, quarantined }: Kept): number[] {
  const times = [standing, losing, waiting, quarantined].flatMap((rows) =>
    rows.map(({ receivedAt }) => receivedAt.getTime()),
  );
  return [...new Set(times)];
}

/** From the first to the last of their readings; null: they have none. */
function spanOf(messages: readonly TracedMessage[]): Span | null {
  const times = messages.flatMap(({ readings }) => readings.map(({ timestampMs }) => timestampMs));
  if (times.length === 0) return null;
  const fromMs = times.reduce((least, ms) => Math.min(least, ms), Infinity);
  const toMs = times.reduce((most, ms) => Math.max(most, ms), -Infinity) + 1;
  return { fromMs, toMs };
}

function ofMessages(
  standing: DatabaseFacts['standing'],
  messages: readonly TracedMessage[],
): DatabaseFacts['standing'] {
  const keys = new Set(
    messages.flatMap(({ readings }) =>
      readings.map((each) => `${each.timestampMs} ${each.measurand} ${each.phase} ${each.context}`),
    ),
  );
  return standing.filter((each) =>
    keys.has(`${each.timestamp.getTime()} ${each.measurand} ${each.phase} ${each.context}`),
  );
}

type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: MeterpulseError };

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof MeterpulseError) return { ok: false, error };
    throw error;
  }
}

const unreachable = ({ code, message, remedy }: MeterpulseError): Unreachable => ({ code, message, remedy });
