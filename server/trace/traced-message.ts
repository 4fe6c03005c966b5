import { parseTimestamp } from '../../protocol/timestamp.js';
import type { ProtocolName } from '../../protocol/envelope.js';
import type { Reading } from '../../protocol/reading.js';
import type { Reject } from '../../protocol/reject.js';
import type { SinkMessage } from '../../store/reading-sink.js';

/** Half-open, ms since 1970 UTC. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A message on the log that the question is about. */
export interface TracedMessage {
  readonly partition: number;
  readonly offset: number;
  /** When the log took it. */
  readonly loggedAtMs: number;
  /** When the gateway had heard all of it; null: the record could not be read. */
  readonly receivedAtMs: number | null;
  readonly protocol: ProtocolName | null;
  readonly messageId: string | null;
  /** Id of the quarantined part that it was sent again from. */
  readonly redriveOf: number | null;
  /** Its readings that the question is about. */
  readonly readings: readonly Reading[];
  /** How many it has beside them. */
  readonly otherReadings: number;
  readonly rejects: readonly Pick<Reject, 'reason' | 'path' | 'detail'>[];
  readonly session: 'start' | 'stop' | 'update' | null;
  readonly signedValues: number;
}

export interface Wanted {
  readonly span: Span;
  /** Only messages of this id, with all that is in them; null: of any. */
  readonly messageId: string | null;
}

/**
 * What the question is about in a record of its charge point: readings of its time, parts of its time that could not become
 * readings, or all of it where it arrived then. undefined: nothing.
 */
export function tracedMessage(
  message: SinkMessage,
  loggedAtMs: number,
  { span, messageId }: Wanted,
): TracedMessage | undefined {
  const isIn = (ms: number): boolean => ms >= span.fromMs && ms < span.toMs;
  const arrived = message.receivedAt ?? loggedAtMs;
  if (messageId !== null && message.messageId !== messageId) return undefined;
  const isWhole = messageId !== null || isIn(arrived);
  const readings = isWhole ? message.readings : message.readings.filter((each) => isIn(each.timestampMs));
  const rejects = isWhole
    ? message.rejects
    : message.rejects.filter(({ raw }) => timestampsIn(raw).some((ms) => isIn(ms)));
  if (!isWhole && readings.length === 0 && rejects.length === 0 && !timesOf(message).some(isIn)) {
    return undefined;
  }
  return {
    partition: message.partition,
    offset: message.offset,
    loggedAtMs,
    receivedAtMs: message.receivedAt,
    protocol: message.protocol,
    messageId: message.messageId,
    redriveOf: message.redriveOf,
    readings,
    otherReadings: message.readings.length - readings.length,
    rejects: rejects.map(({ reason, path, detail }) => ({ reason, path, detail })),
    session: message.session?.kind ?? null,
    signedValues: message.signedValues?.length ?? 0,
  };
}

function timesOf({ session }: SinkMessage): number[] {
  if (session?.kind === 'start') return session.startedAtMs === null ? [] : [session.startedAtMs];
  if (session?.kind === 'stop') return session.endedAtMs === null ? [] : [session.endedAtMs];
  return [];
}

const TIMESTAMP = /"timestamp"\s*:\s*"([^"\\]{1,64})"/g;
const MAX_TIMESTAMPS = 1_000;

/** Times that a text which could not become readings names as its own, ms since 1970 UTC; whatever the text is, it answers. */
export function timestampsIn(raw: string): number[] {
  const times: number[] = [];
  for (const [, text = ''] of raw.matchAll(TIMESTAMP)) {
    const parsed = parseTimestamp(text);
    if (parsed !== undefined) times.push(parsed.ms);
    if (times.length >= MAX_TIMESTAMPS) break;
  }
  return times;
}
