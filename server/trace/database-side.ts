import { readChargePoint } from '../../store/read/charge-point.js';
import { readConnection } from '../../store/read/connections.js';
import {
  readQuarantine,
  type QuarantinedPart,
  type QuarantinePosition,
} from '../../store/read/quarantine.js';
import type { Query } from '../../store/read/read-database.js';
import { readAggregatesOf, type SeriesAt } from '../../store/trace/aggregates-of.js';
import { readFeedPlacesOf } from '../../store/trace/feed-places-of.js';
import { readLogPositions, type LogPositions } from '../../store/trace/log-positions.js';
import { readNearest } from '../../store/trace/nearest-readings.js';
import { readQuarantinedAt, type LogPlace } from '../../store/trace/quarantined-at.js';
import { readSimilarIds } from '../../store/trace/similar-ids.js';
import {
  readLosingAround,
  readStandingAround,
  readWaitingAround,
  type ArrivedReading,
} from '../../store/trace/stored-around.js';
import type { DatabaseFacts, TraceQuestion } from './trace-report.js';
import { timestampsIn, type Span } from './traced-message.js';

/** Rows of each kind that are looked at; more readings of one charge point than this are no trace. */
export const MAX_ROWS = 5_000;
const QUARANTINE_PAGE = 500;
const QUARANTINE_PAGES = 10;
const MAX_RAW_BYTES = 4_096;
/** Readings whose aggregates and place on the feed are looked up. */
const MAX_DETAILED = 200;
const FEED_ROWS = 20_000;
/** The clock of the database against those of gateways. */
const FEED_MARGIN_MS = 60_000;

export type Identified = Pick<DatabaseFacts, 'chargePoint' | 'similarIds' | 'connection'> & LogPositions;
export type Kept = Pick<DatabaseFacts, 'standing' | 'losing' | 'waiting' | 'quarantined' | 'isCutOff'>;
export type Details = Pick<DatabaseFacts, 'aggregates' | 'feed' | 'feedOldestAt' | 'nearest'>;

/** Who is asked about, and how far the log is stored. */
export async function readIdentified(
  query: Query,
  chargePointId: string,
  topic: string,
): Promise<Identified> {
  const chargePoint = (await readChargePoint(query, chargePointId, null)) ?? null;
  return {
    chargePoint,
    similarIds: chargePoint === null ? await readSimilarIds(query, chargePointId) : [],
    connection: (await readConnection(query, chargePointId, null)) ?? null,
    ...(await readLogPositions(query, topic)),
  };
}

export interface KeptQuestion {
  readonly chargePointId: string;
  readonly topic: string;
  /** Readings' times; null: none is asked about. */
  readonly span: Span | null;
  /** Parts in quarantine that arrived then are looked through, and taken where `isWanted`. */
  readonly arrivedFromMs: number;
  readonly isWanted: (part: QuarantinedPart) => boolean;
  /** Parts of these records are taken in any case. */
  readonly places: readonly LogPlace[];
}

/** What the database keeps of the readings: standing, losing, waiting, quarantined. */
export async function readKept(query: Query, question: KeptQuestion): Promise<Kept> {
  const { chargePointId, span, topic, places } = question;
  const around = { chargePointId, ...(span ?? { fromMs: 0, toMs: 0 }), limit: MAX_ROWS + 1 };
  const standing = await readStandingAround(query, around);
  const losing = await readLosingAround(query, around);
  const waiting = await readWaitingAround(query, around);
  const at = await readQuarantinedAt(query, { topic, places, maxRawBytes: MAX_RAW_BYTES, limit: MAX_ROWS });
  const walked = await walkQuarantine(query, question);
  const known = new Set(at.map(({ id }) => id));
  const quarantined = [...at, ...walked.parts.filter(({ id }) => !known.has(id))].sort((a, b) => a.id - b.id);
  return {
    standing: standing.slice(0, MAX_ROWS),
    losing: losing.slice(0, MAX_ROWS),
    waiting: waiting.slice(0, MAX_ROWS),
    quarantined,
    isCutOff: walked.isCutOff || [standing, losing, waiting].some(({ length }) => length > MAX_ROWS),
  };
}

/** The newest first, since that is how the index of the list goes. */
async function walkQuarantine(
  query: Query,
  { chargePointId, arrivedFromMs, isWanted }: KeptQuestion,
): Promise<{ parts: QuarantinedPart[]; isCutOff: boolean }> {
  const parts: QuarantinedPart[] = [];
  let before: QuarantinePosition | undefined;
  for (let page = 0; page < QUARANTINE_PAGES; page++) {
    const found = await readQuarantine(query, {
      statuses: ['open', 'resolved'],
      reason: undefined,
      chargePointIds: [chargePointId],
      sites: null,
      fromMs: arrivedFromMs,
      toMs: undefined,
      before,
      limit: QUARANTINE_PAGE,
      maxRawBytes: MAX_RAW_BYTES,
    });
    parts.push(...found.filter(isWanted));
    const last = found.at(-1);
    if (last === undefined || found.length < QUARANTINE_PAGE) return { parts, isCutOff: false };
    before = { receivedAtMs: last.receivedAt.getTime(), id: last.id };
  }
  return { parts, isCutOff: true };
}

/** Whether a quarantined part is of the question: of its message, of its time, or arrived then. */
export function isOfQuestion({ span, messageId }: Pick<TraceQuestion, 'span' | 'messageId'>) {
  return (part: QuarantinedPart): boolean => {
    if (messageId !== null) return part.messageId === messageId;
    const isIn = (ms: number): boolean => ms >= span.fromMs && ms < span.toMs;
    return isIn(part.receivedAt.getTime()) || timestampsIn(part.raw.toString('utf8')).some(isIn);
  };
}

/** What tells of the standing readings; where there is none, what stands around. */
export async function readDetails(
  query: Query,
  question: Pick<TraceQuestion, 'chargePointId' | 'span'>,
  standing: readonly ArrivedReading[],
): Promise<Details> {
  const detailed = standing.slice(0, MAX_DETAILED);
  const readings: SeriesAt[] = detailed.map(({ seriesId, timestamp }) => ({
    seriesId,
    timestampMs: timestamp.getTime(),
  }));
  const earliest = Math.min(...detailed.map(({ receivedAt }) => receivedAt.getTime()));
  const feed = await readFeedPlacesOf(query, {
    readings,
    fromMs: earliest - FEED_MARGIN_MS,
    maxRows: FEED_ROWS,
  });
  const { chargePointId, span } = question;
  return {
    aggregates: readings.length === 0 ? [] : await readAggregatesOf(query, readings),
    feed: feed.places,
    feedOldestAt: feed.oldestAt,
    nearest: standing.length === 0 ? await readNearest(query, chargePointId, span.fromMs, span.toMs) : null,
  };
}
