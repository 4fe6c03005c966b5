import { CONNECTOR_OF_SESSION } from '../../protocol/session.js';
import type { StoreMetrics } from '../metrics.js';
import { dayOf, type Day, type DayPartitions } from '../partitions.js';
import type { Pool } from '../pool.js';
import { readHorizon } from '../retention/horizons.js';
import type { SinkMessage } from '../reading-sink.js';
import { ChargePoints, type ChargePoint, type UnknownChargePoints } from './charge-points.js';
import { Drafts } from './drafts.js';
import type { QuarantineEntry } from './insert-quarantine.js';
import { NameResolver } from './name-resolver.js';
import { RejectBook } from './reject-book.js';
import { resolveSessions, type SessionsTold, type SessionWork } from './session-resolver.js';
import type { Redrive } from './settle-redrives.js';
import { resolveSigned, type SignedRow, type SignedTold } from './signed-rows.js';
import type { StagedRow } from './staged-row.js';
import { isStorableSession, isStorableTime, isStorableValue } from './storable-reading.js';

/** A batch in terms of the database: every id is there, every day has its partition. */
export interface ResolvedBatch {
  readonly rows: readonly StagedRow[];
  readonly quarantine: readonly QuarantineEntry[];
  /** Parts in quarantine, by message. */
  readonly rejected: readonly number[];
  /** null when no message tells of a charging session. */
  readonly sessions: SessionWork | null;
  readonly signed: readonly SignedRow[];
  readonly redrives: readonly Redrive[];
}

/** Gives a batch its ids and partitions, by statements of their own that commit before the flush begins. */
export class BatchResolver {
  private readonly chargePoints: ChargePoints;
  private readonly names: NameResolver;

  constructor(
    private readonly pool: Pool,
    private readonly partitions: DayPartitions,
    policy: UnknownChargePoints,
    private readonly metrics: StoreMetrics,
  ) {
    this.chargePoints = new ChargePoints(pool, policy);
    this.names = new NameResolver(pool);
  }

  async resolve(messages: readonly SinkMessage[], nowMs: number): Promise<ResolvedBatch> {
    const rejects = new RejectBook(messages);
    const chargePoints = await this.chargePoints.find(chargePointIds(messages), nowMs);
    this.metrics.chargePointsKnown.set(this.chargePoints.count);

    const drafts = new Drafts(this.names.contexts);
    const { signedTold, ...told } = draft(messages, chargePoints, drafts, rejects, nowMs);
    const sessions = await resolveSessions(this.pool, this.names, told, drafts, rejects);
    const named = await this.names.resolve(drafts, rejects);
    const signed = await resolveSigned(this.names, signedTold, rejects);
    const stored = await this.resolveDays({ rows: named, sessions }, rejects);
    return {
      ...stored,
      quarantine: rejects.entries,
      rejected: rejects.rejected,
      signed,
      redrives: redrivesOf(messages, { ...stored, signed }, rejects.entries, nowMs),
    };
  }

  /** What can't have the partition of its day is refused, also what is only to be kept waiting. */
  private async resolveDays(batch: Stored, rejects: RejectBook): Promise<Stored> {
    const kept = await this.withoutOld(batch, rejects);
    const { rows, sessions } = kept;
    const waiting = sessions?.waiting ?? [];
    const refused = await this.partitions.ensurePartitions(
      daysOf(
        rows,
        waiting.map(({ reading }) => reading.timestampMs),
      ),
    );
    if (refused.size === 0) return kept;
    const fits = (message: number, part: number, timestampMs: number): boolean => {
      if (!refused.has(dayOf(timestampMs))) return true;
      rejects.addReading(message, part, 'partition_limit');
      return false;
    };
    return fitting(kept, fits);
  }

  /** What is older than what is kept is refused: it would be all there is of its day. */
  private async withoutOld(batch: Stored, rejects: RejectBook): Promise<Stored> {
    const young = Date.now() - YOUNG_MS;
    const isYoung =
      batch.rows.every(({ timestampMs }) => timestampMs >= young) &&
      (batch.sessions?.waiting ?? []).every(({ reading }) => reading.timestampMs >= young);
    if (isYoung) return batch;
    const horizonMs = await readHorizon(this.pool);
    if (horizonMs === -Infinity) return batch;
    return fitting(batch, (message, part, timestampMs) => {
      if (timestampMs >= horizonMs) return true;
      rejects.addReading(message, part, 'past_retention');
      return false;
    });
  }
}

/** No horizon is nearer. */
const YOUNG_MS = 2 * 86_400_000;

type Fits = (message: number, part: number, timestampMs: number) => boolean;

function fitting({ rows, sessions }: Stored, fits: Fits): Stored {
  return {
    rows: rows.filter(({ message, part, timestampMs }) => fits(message, part, timestampMs)),
    sessions:
      sessions === null
        ? null
        : {
            ...sessions,
            waiting: sessions.waiting.filter(({ message, part, reading }) =>
              fits(message, part, reading.timestampMs),
            ),
          },
  };
}

type Stored = Pick<ResolvedBatch, 'rows' | 'sessions'>;

/** Drafts the rows of all readings that have a connector; answers what has to do with charging sessions, and what is signed. */
function draft(
  messages: readonly SinkMessage[],
  chargePoints: ReadonlyMap<string, ChargePoint>,
  drafts: Drafts,
  rejects: RejectBook,
  nowMs: number,
): SessionsTold & { readonly signedTold: readonly SignedTold[] } {
  const told: SessionsTold = { events: [], unplaced: [] };
  const signedTold: SignedTold[] = [];
  messages.forEach((message, at) => {
    const chargePointId = chargePointOf(message);
    if (chargePointId === null) return;
    const chargePoint = chargePoints.get(chargePointId);
    if (chargePoint?.isOpen !== true) {
      rejects.addMessage(at, chargePoint === undefined ? 'invalid_charge_point' : 'unknown_charge_point');
      return;
    }
    const { session } = message;
    const receivedAtMs = message.receivedAt ?? nowMs;
    if (session !== null) {
      if (!isStorableSession(session)) {
        rejects.addMessage(at, 'invalid_session');
        return;
      }
      told.events.push({ message: at, chargePoint, event: session, receivedAtMs });
    }
    message.readings.forEach((reading, part) => {
      if (!isStorableTime(reading.timestampMs)) rejects.addReading(at, part, 'timestamp_out_of_range');
      else if (!isStorableValue(reading.value)) rejects.addReading(at, part, 'value_out_of_range');
      else if (reading.connectorId === CONNECTOR_OF_SESSION) {
        told.unplaced.push({ message: at, part, chargePoint, reading, receivedAtMs });
      } else drafts.add(at, part, reading, chargePoint, receivedAtMs);
    });
    message.signedValues?.forEach((value, part) => {
      signedTold.push({ message: at, part, chargePoint, value, receivedAtMs });
    });
  });
  return { ...told, signedTold };
}

/** All readings of a message are of the message's charge point. null when it has nothing but rejects. */
function chargePointOf({ readings, session, signedValues, chargePointId }: SinkMessage): string | null {
  const first = readings[0] ?? signedValues?.[0];
  if (first !== undefined) return first.chargePointId;
  return session === null ? null : (chargePointId ?? '');
}

function chargePointIds(messages: readonly SinkMessage[]): Set<string> {
  const ids = new Set<string>();
  for (const message of messages) {
    const id = chargePointOf(message);
    if (id !== null) ids.add(id);
  }
  return ids;
}

function daysOf(rows: readonly StagedRow[], waitingMs: readonly number[]): Set<Day> {
  const days = new Set<Day>();
  let last: Day | null = null;
  for (const { timestampMs } of rows) {
    const day = dayOf(timestampMs);
    if (day === last) continue;
    days.add(day);
    last = day;
  }
  for (const timestampMs of waitingMs) days.add(dayOf(timestampMs));
  return days;
}

function redrivesOf(
  messages: readonly SinkMessage[],
  { rows, sessions, signed }: Stored & Pick<ResolvedBatch, 'signed'>,
  quarantine: readonly QuarantineEntry[],
  nowMs: number,
): Redrive[] {
  const redriven = messages.filter(({ redriveOf }) => redriveOf !== null);
  if (redriven.length === 0) return [];
  const good = new Set<SinkMessage | undefined>();
  const { events = [], waiting = [], passed = [] } = sessions ?? {};
  for (const each of [rows, events, waiting, passed, signed]) {
    for (const { message } of each) good.add(messages[message]);
  }
  const firstRejects = new Map<SinkMessage, QuarantineEntry>();
  for (const entry of quarantine) {
    if (!firstRejects.has(entry.message)) firstRejects.set(entry.message, entry);
  }
  return redriven.flatMap((message) => {
    const { redriveOf, receivedAt } = message;
    // A number that can't be an id names no part: the message is an ordinary one.
    if (redriveOf === null || !Number.isSafeInteger(redriveOf)) return [];
    return [
      {
        message,
        id: redriveOf,
        receivedAtMs: receivedAt ?? nowMs,
        isGood: good.has(message),
        reject: firstRejects.get(message)?.reject ?? null,
      },
    ];
  });
}
