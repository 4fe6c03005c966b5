import { FlushAccount } from '../accounting/flush-account.js';
import { dayOf } from '../partitions.js';
import type { MessageCounts, ReadingCounts, SinkMessage, StoredCounts } from '../reading-sink.js';
import type { Verdict } from './classify-readings.js';
import type { SignedOutcome } from './insert-signed-values.js';
import type { SessionOutcome } from './settle-sessions.js';
import type { StagedRow } from './staged-row.js';
import { isStorableTime } from './storable-reading.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What one partition's row is moved on by. */
export interface PartitionCounts {
  readonly messages: Mutable<MessageCounts>;
  readonly readings: Mutable<ReadingCounts>;
  /** ms since 1970; null when there was no good reading. */
  firstMs: number | null;
  lastMs: number | null;
}

export interface Outcomes {
  /** The whole batch, also what was counted before: what this process did. */
  readonly batch: StoredCounts;
  /** By partition; records below its counted offset only widen the times: a replay of the topic changes no counter. */
  readonly counted: ReadonlyMap<number, PartitionCounts>;
  /** The same by charge point and day. */
  readonly account: FlushAccount;
}

export interface Judged {
  readonly messages: readonly SinkMessage[];
  readonly rows: readonly StagedRow[];
  /** One for each row; null: all are new. */
  readonly verdicts: readonly Verdict[] | null;
  /** Parts in quarantine, by message. */
  readonly rejected: readonly number[];
  /** By message; null when none of the batch has to do with a charging session. */
  readonly sessions: ReadonlyMap<number, SessionOutcome> | null;
  /** One for each signed value of the batch. */
  readonly signed: readonly SignedOutcome[];
}

const emptyCounts = (): PartitionCounts => ({
  messages: { received: 0, stored: 0, duplicate: 0, rejected: 0 },
  readings: { stored: 0, duplicate: 0, conflicting: 0, rejected: 0 },
  firstMs: null,
  lastMs: null,
});

/** @param nowMs the arrival of what doesn't tell it. */
export function countOutcomes(
  { messages, rows, verdicts, rejected, sessions, signed }: Judged,
  countedOffsets: ReadonlyMap<number, number>,
  nowMs: number,
): Outcomes {
  const { stored, conflicting, duplicate, firstMs, lastMs } = ofMessages(messages.length, rows, verdicts);

  // By message: whether any of its signed values is new.
  const signedBy = new Map<number, boolean>();
  for (const { message, isNew } of signed) signedBy.set(message, isNew || signedBy.get(message) === true);

  const batch = emptyCounts();
  const counted = new Map<number, PartitionCounts>();
  const account = new FlushAccount();
  const newReadingsByDay = divided(rows, verdicts, messages, firstMs, lastMs);
  messages.forEach((message, index) => {
    const session = sessions?.get(index);
    const each: MessageOutcome = {
      stored: stored[index] ?? 0,
      conflicting: conflicting[index] ?? 0,
      duplicate: (duplicate[index] ?? 0) + (session?.repeatedWaiting ?? 0),
      rejected: rejected[index] ?? 0,
      firstMs: firstMs[index] ?? Infinity,
      lastMs: lastMs[index] ?? -Infinity,
    };
    const outcome = outcomeOf(each, session, signedBy.get(index));
    add(batch, each, outcome);
    let partition = counted.get(message.partition);
    if (partition === undefined) counted.set(message.partition, (partition = emptyCounts()));
    if (message.offset < (countedOffsets.get(message.partition) ?? 0)) {
      widen(partition, each);
      return;
    }
    add(partition, each, outcome);
    enter(account, message, each, outcome, nowMs, newReadingsByDay.get(index));
  });
  return { batch: { messages: batch.messages, readings: batch.readings }, counted, account };
}

/** What became of a message's readings. */
interface MessageOutcome {
  readonly stored: number;
  readonly conflicting: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** Infinity when there was no good reading. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** By index of the message. Columns instead of objects: there are thousands of messages in a flush. */
function ofMessages(count: number, rows: readonly StagedRow[], verdicts: readonly Verdict[] | null) {
  const stored = new Uint32Array(count);
  const conflicting = new Uint32Array(count);
  const duplicate = new Uint32Array(count);
  const firstMs = new Float64Array(count).fill(Infinity);
  const lastMs = new Float64Array(count).fill(-Infinity);
  rows.forEach(({ message, timestampMs }, ord) => {
    const verdict = verdicts === null ? 'new' : verdicts[ord];
    const column = verdict === 'new' ? stored : verdict === 'conflicting' ? conflicting : duplicate;
    column[message] = (column[message] ?? 0) + 1;
    firstMs[message] = Math.min(firstMs[message] ?? Infinity, timestampMs);
    lastMs[message] = Math.max(lastMs[message] ?? -Infinity, timestampMs);
  });
  return { stored, conflicting, duplicate, firstMs, lastMs };
}

type Outcome = 'stored' | 'duplicate' | 'rejected';

function outcomeOf(
  { stored, conflicting, firstMs }: MessageOutcome,
  session: SessionOutcome | undefined,
  hasNewSigned: boolean | undefined,
): Outcome {
  if (stored + conflicting > 0 || hasNewSigned === true) return 'stored';
  if (session !== undefined) return session.isFirst || session.newlyWaiting > 0 ? 'stored' : 'duplicate';
  return firstMs === Infinity && hasNewSigned === undefined ? 'rejected' : 'duplicate';
}

function add(sum: PartitionCounts, each: MessageOutcome, outcome: Outcome): void {
  const { messages, readings } = sum;
  messages.received += 1;
  messages[outcome] += 1;
  readings.stored += each.stored;
  readings.duplicate += each.duplicate;
  readings.conflicting += each.conflicting;
  readings.rejected += each.rejected;
  widen(sum, each);
}

/** @param byDay new readings by their day, where the message has readings of several days. */
function enter(
  account: FlushAccount,
  { chargePointId, receivedAt }: SinkMessage,
  { stored, duplicate, conflicting, rejected, firstMs }: MessageOutcome,
  outcome: Outcome,
  nowMs: number,
  byDay: ReadonlyMap<number, number> | undefined,
): void {
  const arrival = dayOf(receivedAt !== null && isStorableTime(receivedAt) ? receivedAt : nowMs);
  const day = stored === 0 ? arrival : dayOf(firstMs);
  const isOfArrival = byDay === undefined && day === arrival;
  account.add(chargePointId, arrival, [
    1,
    outcome === 'duplicate' ? 1 : 0,
    outcome === 'rejected' ? 1 : 0,
    isOfArrival ? stored : 0,
    duplicate,
    conflicting,
    rejected,
  ]);
  if (byDay !== undefined) {
    for (const [each, readings] of byDay) account.add(chargePointId, each, [0, 0, 0, readings, 0, 0, 0]);
  } else if (!isOfArrival) account.add(chargePointId, day, [0, 0, 0, stored, 0, 0, 0]);
}

/** By index of the message, of those whose readings are of several days: how many of each are new. */
function divided(
  rows: readonly StagedRow[],
  verdicts: readonly Verdict[] | null,
  messages: readonly SinkMessage[],
  firstMs: Float64Array,
  lastMs: Float64Array,
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const several = new Map<number, Map<number, number>>();
  messages.forEach((_, index) => {
    const [first = Infinity, last = -Infinity] = [firstMs[index], lastMs[index]];
    if (first < last && dayOf(first) !== dayOf(last)) several.set(index, new Map());
  });
  if (several.size === 0) return several;
  rows.forEach(({ message, timestampMs }, ord) => {
    const days = several.get(message);
    if (days === undefined || (verdicts !== null && verdicts[ord] !== 'new')) return;
    days.set(dayOf(timestampMs), (days.get(dayOf(timestampMs)) ?? 0) + 1);
  });
  return several;
}

/** Times may be taken twice without harm. */
function widen(sum: PartitionCounts, { firstMs, lastMs }: MessageOutcome): void {
  if (firstMs !== Infinity) sum.firstMs = Math.min(sum.firstMs ?? Infinity, firstMs);
  if (lastMs !== -Infinity) sum.lastMs = Math.max(sum.lastMs ?? -Infinity, lastMs);
}
