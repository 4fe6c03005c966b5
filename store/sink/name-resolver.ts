import type { RejectReason } from '../../protocol/reject.js';
import type { Pool } from '../pool.js';
import type { ChargePoint } from './charge-points.js';
import { idsOfContexts } from './contexts.js';
import { seriesText, type Draft, type Drafts, type Unresolved } from './drafts.js';
import type { RejectBook } from './reject-book.js';
import { idsOfSeries } from './series.js';
import { unstorableNames } from './storable-reading.js';
import { idsOfTransactions } from './transactions.js';

/** Bound what one charge point can make a process remember. */
const SERIES_KNOWN = 2_000;
const TRANSACTIONS_KNOWN = 200;
const CONTEXTS_KNOWN = 1_000;

export interface TransactionOf {
  readonly chargePoint: ChargePoint;
  readonly externalId: string;
}

/** Ids for names, those of new names included: dictionary entries are added by statements that commit by themselves. */
export class NameResolver {
  /** Ids known by heart. */
  readonly contexts = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /** Answers the drafts that could be given all their ids. */
  async resolve({ rows, unresolved }: Drafts, rejects: RejectBook): Promise<readonly Draft[]> {
    if (unresolved.length === 0) return rows;
    const unusable = new Set<Draft>();
    const refuse = (row: Draft, reason: RejectReason): void => {
      unusable.add(row);
      rejects.addReading(row.message, row.part, reason);
    };
    for (const { row, reading } of unresolved) {
      const reason = unstorableNames(reading);
      if (reason !== null) refuse(row, reason);
    }
    const storable = unresolved.filter(({ row }) => !unusable.has(row));
    await this.resolveSeries(storable.filter(({ row }) => row.seriesId === 0));
    await this.resolveTransactions(storable.filter(({ row }) => row.transactionId === 0));
    await this.resolveContexts(storable.filter(({ row }) => row.contextId === 0));
    for (const { row } of storable) if (row.contextId === 0) refuse(row, 'invalid_name');
    return unusable.size === 0 ? rows : rows.filter((row) => !unusable.has(row));
  }

  /** Ids of these transactions, by their place in `wanted`; their names can be stored. */
  async transactionIds(wanted: readonly TransactionOf[]): Promise<number[]> {
    const ids = wanted.map(({ chargePoint, externalId }) => chargePoint.transactions.get(externalId) ?? 0);
    const groups = groupBy(
      wanted.map((transaction, index) => ({ ...transaction, index })).filter(({ index }) => ids[index] === 0),
      ({ chargePoint, externalId }) => `${chargePoint.id}\0${externalId}`,
    );
    if (groups.length === 0) return ids;
    const found = await idsOfTransactions(
      this.pool,
      groups.map(({ first: { chargePoint, externalId } }) => ({ chargePointId: chargePoint.id, externalId })),
    );
    groups.forEach(({ first, all }, group) => {
      const id = idAt(found, group, 'transaction');
      for (const { index } of all) ids[index] = id;
      remember(first.chargePoint.transactions, first.externalId, id, TRANSACTIONS_KNOWN);
    });
    return ids;
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
    const ids = await this.transactionIds(
      unresolved.map(({ row, chargePoint }) => ({ chargePoint, externalId: row.externalId ?? '' })),
    );
    unresolved.forEach(({ row }, index) => (row.transactionId = idAt(ids, index, 'transaction')));
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
