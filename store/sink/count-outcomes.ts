import type { MessageCounts, ReadingCounts, SinkMessage, StoredCounts } from '../reading-sink.js';
import type { Verdict } from './classify-readings.js';
import type { SignedOutcome } from './insert-signed-values.js';
import type { SessionOutcome } from './settle-sessions.js';
import type { StagedRow } from './staged-row.js';

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

export function countOutcomes(
  { messages, rows, verdicts, rejected, sessions, signed }: Judged,
  countedOffsets: ReadonlyMap<number, number>,
): Outcomes {
  const perMessage = messages.map(emptyCounts);
  rows.forEach((row, ord) => {
    const each = perMessage[row.message];
    if (each === undefined) return;
    const verdict = verdicts === null ? 'new' : verdicts[ord];
    if (verdict === 'new') each.readings.stored += 1;
    else if (verdict === 'conflicting') each.readings.conflicting += 1;
    else each.readings.duplicate += 1;
    each.firstMs = Math.min(each.firstMs ?? Infinity, row.timestampMs);
    each.lastMs = Math.max(each.lastMs ?? -Infinity, row.timestampMs);
  });

  // By message: whether any of its signed values is new.
  const signedBy = new Map<number, boolean>();
  for (const { message, isNew } of signed) signedBy.set(message, isNew || signedBy.get(message) === true);

  const batch = emptyCounts();
  const counted = new Map<number, PartitionCounts>();
  messages.forEach((message, index) => {
    const each = perMessage[index];
    if (each === undefined) return;
    each.readings.rejected = rejected[index] ?? 0;
    each.messages.received = 1;
    const session = sessions?.get(index);
    each.readings.duplicate += session?.repeatedWaiting ?? 0;
    each.messages[outcomeOf(each, session, signedBy.get(index))] = 1;
    add(batch, each);
    const partition = counted.get(message.partition) ?? emptyCounts();
    counted.set(message.partition, partition);
    if (message.offset < (countedOffsets.get(message.partition) ?? 0)) widen(partition, each);
    else add(partition, each);
  });
  return { batch: { messages: batch.messages, readings: batch.readings }, counted };
}

function outcomeOf(
  { readings, firstMs }: PartitionCounts,
  session: SessionOutcome | undefined,
  hasNewSigned: boolean | undefined,
): 'stored' | 'duplicate' | 'rejected' {
  if (readings.stored + readings.conflicting > 0 || hasNewSigned === true) return 'stored';
  if (session !== undefined) return session.isFirst || session.newlyWaiting > 0 ? 'stored' : 'duplicate';
  return firstMs === null && hasNewSigned === undefined ? 'rejected' : 'duplicate';
}

function add(sum: PartitionCounts, each: PartitionCounts): void {
  sum.messages.received += each.messages.received;
  sum.messages.stored += each.messages.stored;
  sum.messages.duplicate += each.messages.duplicate;
  sum.messages.rejected += each.messages.rejected;
  sum.readings.stored += each.readings.stored;
  sum.readings.duplicate += each.readings.duplicate;
  sum.readings.conflicting += each.readings.conflicting;
  sum.readings.rejected += each.readings.rejected;
  widen(sum, each);
}

/** Times may be taken twice without harm. */
function widen(sum: PartitionCounts, each: PartitionCounts): void {
  if (each.firstMs !== null) sum.firstMs = Math.min(sum.firstMs ?? Infinity, each.firstMs);
  if (each.lastMs !== null) sum.lastMs = Math.max(sum.lastMs ?? -Infinity, each.lastMs);
}
