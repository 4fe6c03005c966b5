import type { Reading } from '../../protocol/reading.js';
import type { RejectReason } from '../../protocol/reject.js';
import type { StoreMetrics } from '../metrics.js';
import { dayOf, type Day, type DayPartitions } from '../partitions.js';
import type { Pool } from '../pool.js';
import type { SinkMessage } from '../reading-sink.js';
import { ChargePoints, type ChargePoint, type UnknownChargePoints } from './charge-points.js';
import { idsOfContexts } from './contexts.js';
import type { QuarantineEntry } from './insert-quarantine.js';
import { RejectBook } from './reject-book.js';
import { idsOfSeries } from './series.js';
import { isStorableText } from './storable-text.js';
import type { StagedRow } from './staged-row.js';
import { idsOfTransactions } from './transactions.js';

/** A batch in terms of the database: every id is there, every day has its partition. */
export interface ResolvedBatch {
  readonly rows: readonly StagedRow[];
  readonly quarantine: readonly QuarantineEntry[];
  /** Parts in quarantine, by message. */
  readonly rejected: readonly number[];
}

/** A row whose ids are 0 until they are known. */
type Draft = { -readonly [K in keyof StagedRow]: StagedRow[K] };

/** A draft with an id that isn't known by heart. */
interface Unresolved {
  readonly row: Draft;
  readonly reading: Reading;
  readonly chargePoint: ChargePoint;
}

const MAX_NAME = 255;
const MAX_VALUE = 1e15;
/** From 1970 on: microseconds are exact, and a day's partition has four digits of year in its name. */
const MAX_TIMESTAMP_MS = Date.UTC(2200, 0, 1);
const MAX_INT32 = 2 ** 31 - 1;
/** Bound what one charge point can make a process remember. */
const SERIES_KNOWN = 2_000;
const TRANSACTIONS_KNOWN = 200;
const CONTEXTS_KNOWN = 1_000;

/** Gives a batch its ids and partitions, by statements of their own that commit before the flush begins. */
export class BatchResolver {
  private readonly chargePoints: ChargePoints;
  private readonly contexts = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly partitions: DayPartitions,
    policy: UnknownChargePoints,
    private readonly metrics: StoreMetrics,
  ) {
    this.chargePoints = new ChargePoints(pool, policy);
  }

  async resolve(messages: readonly SinkMessage[], nowMs: number): Promise<ResolvedBatch> {
    const rejects = new RejectBook(messages);
    const chargePoints = await this.chargePoints.find(chargePointIds(messages), nowMs);
    this.metrics.chargePointsKnown.set(this.chargePoints.count);

    const { rows, unresolved } = this.draft(messages, chargePoints, rejects, nowMs);
    const named = await this.resolveNames(rows, unresolved, rejects);
    const stored = await this.resolveDays(named, rejects);
    return { rows: stored, quarantine: rejects.entries, rejected: rejects.rejected };
  }

  /** Sees every reading: what is known by heart costs a look into three Maps. */
  private draft(
    messages: readonly SinkMessage[],
    chargePoints: ReadonlyMap<string, ChargePoint>,
    rejects: RejectBook,
    nowMs: number,
  ): { rows: Draft[]; unresolved: Unresolved[] } {
    const rows: Draft[] = [];
    const unresolved: Unresolved[] = [];
    messages.forEach((message, at) => {
      const first = message.readings[0];
      if (first === undefined) return;
      const chargePoint = chargePoints.get(first.chargePointId);
      if (chargePoint?.isOpen !== true) {
        rejects.addMessage(at, chargePoint === undefined ? 'invalid_charge_point' : 'unknown_charge_point');
        return;
      }
      const receivedAtMs = message.receivedAt ?? nowMs;
      message.readings.forEach((reading, part) => {
        const { timestampMs, value, transactionId } = reading;
        if (!(timestampMs >= 0 && timestampMs < MAX_TIMESTAMP_MS)) {
          rejects.addReading(at, part, 'timestamp_out_of_range');
          return;
        }
        if (!(Math.abs(value) <= MAX_VALUE)) {
          rejects.addReading(at, part, 'value_out_of_range');
          return;
        }
        const row: Draft = {
          message: at,
          part,
          seriesId: chargePoint.series.get(seriesText(reading)) ?? 0,
          contextId: this.contexts.get(reading.context) ?? 0,
          timestampMs,
          value,
          transactionId: transactionId === null ? null : (chargePoint.transactions.get(transactionId) ?? 0),
          externalId: transactionId,
          quality: reading.quality,
          receivedAtMs,
        };
        rows.push(row);
        if (row.seriesId === 0 || row.contextId === 0 || row.transactionId === 0) {
          unresolved.push({ row, reading, chargePoint });
        }
      });
    });
    return { rows, unresolved };
  }

  /** Answers the drafts that could be given all their ids. */
  private async resolveNames(
    rows: readonly Draft[],
    unresolved: readonly Unresolved[],
    rejects: RejectBook,
  ): Promise<readonly Draft[]> {
    if (unresolved.length === 0) return rows;
    const unusable = new Set<Draft>();
    const refuse = (row: Draft, reason: RejectReason): void => {
      unusable.add(row);
      rejects.addReading(row.message, row.part, reason);
    };
    for (const { row, reading } of unresolved) {
      const reason = unstorable(reading);
      if (reason !== null) refuse(row, reason);
    }
    const storable = unresolved.filter(({ row }) => !unusable.has(row));
    await this.resolveSeries(storable.filter(({ row }) => row.seriesId === 0));
    await this.resolveTransactions(storable.filter(({ row }) => row.transactionId === 0));
    await this.resolveContexts(storable.filter(({ row }) => row.contextId === 0));
    for (const { row } of storable) if (row.contextId === 0) refuse(row, 'invalid_name');
    return unusable.size === 0 ? rows : rows.filter((row) => !unusable.has(row));
  }

  private async resolveSeries(unresolved: readonly Unresolved[]): Promise<void> {
    if (unresolved.length === 0) return;
    const groups = groupBy(
      unresolved,
      ({ reading, chargePoint }) => `${chargePoint.id}\0${seriesText(reading)}`,
    );
    const wanted = groups.map(({ first }) => ({ ...first.reading, chargePointId: first.chargePoint.id }));
    const ids = await idsOfSeries(this.pool, wanted);
    groups.forEach(({ first, all }, index) => {
      const id = idAt(ids, index, 'series');
      for (const { row } of all) row.seriesId = id;
      remember(first.chargePoint.series, seriesText(first.reading), id, SERIES_KNOWN);
    });
  }

  private async resolveTransactions(unresolved: readonly Unresolved[]): Promise<void> {
    if (unresolved.length === 0) return;
    const groups = groupBy(
      unresolved,
      ({ row, chargePoint }) => `${chargePoint.id}\0${row.externalId ?? ''}`,
    );
    const wanted = groups.map(({ first }) => ({
      chargePointId: first.chargePoint.id,
      externalId: first.row.externalId ?? '',
    }));
    const ids = await idsOfTransactions(this.pool, wanted);
    groups.forEach(({ first, all }, index) => {
      const id = idAt(ids, index, 'transaction');
      for (const { row } of all) row.transactionId = id;
      remember(first.chargePoint.transactions, first.row.externalId ?? '', id, TRANSACTIONS_KNOWN);
    });
  }

  private async resolveContexts(unresolved: readonly Unresolved[]): Promise<void> {
    if (unresolved.length === 0) return;
    const groups = groupBy(unresolved, ({ reading }) => reading.context);
    const ids = await idsOfContexts(
      this.pool,
      groups.map(({ first }) => first.reading.context),
    );
    groups.forEach(({ first, all }, index) => {
      const id = ids[index];
      if (id === undefined) return;
      for (const { row } of all) row.contextId = id;
      remember(this.contexts, first.reading.context, id, CONTEXTS_KNOWN);
    });
  }

  private async resolveDays(rows: readonly Draft[], rejects: RejectBook): Promise<readonly Draft[]> {
    const refused = await this.partitions.ensurePartitions(daysOf(rows));
    if (refused.size === 0) return rows;
    return rows.filter((row) => {
      if (!refused.has(dayOf(row.timestampMs))) return true;
      rejects.addReading(row.message, row.part, 'partition_limit');
      return false;
    });
  }
}

/** All readings of a message are of the message's charge point. */
function chargePointIds(messages: readonly SinkMessage[]): Set<string> {
  const ids = new Set<string>();
  for (const { readings } of messages) if (readings[0] !== undefined) ids.add(readings[0].chargePointId);
  return ids;
}

/** All of a series' identity but the charge point. Names that can be stored have no NUL: no two series share a text. */
function seriesText({ connectorId, evseId, measurand, phase, location, unit }: Reading): string {
  return `${connectorId}\0${evseId}\0${measurand}\0${phase}\0${location}\0${unit}`;
}

/** Names that would fail the flush, or not be found again; the worker lets none of them through, so this is a last line. */
function unstorable(reading: Reading): RejectReason | null {
  const { measurand, phase, location, unit, context, transactionId } = reading;
  if (![measurand, phase, location, unit, context].every((name) => isStorableText(name, MAX_NAME))) {
    return 'invalid_name';
  }
  if (!isInt32(reading.evseId) || !isInt32(reading.connectorId)) return 'invalid_connector';
  return transactionId === null || isStorableText(transactionId, MAX_NAME) ? null : 'invalid_transaction';
}

const isInt32 = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_INT32;

function daysOf(rows: readonly Draft[]): Set<Day> {
  const days = new Set<Day>();
  let last: Day | null = null;
  for (const { timestampMs } of rows) {
    const day = dayOf(timestampMs);
    if (day === last) continue;
    days.add(day);
    last = day;
  }
  return days;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): { first: T; all: T[] }[] {
  const groups = new Map<string, { first: T; all: T[] }>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: item, all: [item] });
    else group.all.push(item);
  }
  return [...groups.values()];
}

function remember(ids: Map<string, number>, key: string, id: number, max: number): void {
  if (ids.size >= max) ids.clear();
  ids.set(key, id);
}

function idAt(ids: readonly (number | undefined)[], index: number, what: string): number {
  const id = ids[index];
  if (id === undefined) throw new Error(`a ${what} that was just added isn't there`);
  return id;
}
