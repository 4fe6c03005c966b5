import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { compareWithReference } from '../reference/compare-with-reference.js';
import { energyReference } from '../reference/energy-reference.js';
import { arrival } from '../reference/generate-arrival.js';
import { sentWorld } from '../reference/generate-messages.js';
import type { BucketRow, SliceRow } from '../reference/model.js';
import { OracleDatabase, type TransactionRow } from './oracle-database.js';

/** ORACLE_RUNS and ORACLE_SEED look further than every build does. */
const RUNS = Number(process.env.ORACLE_RUNS ?? 40);
const SEED = Number(process.env.ORACLE_SEED ?? 20_260_310);

const database = new OracleDatabase();
afterAll(() => database.close());

it(
  'aggregates are those of the reference, whatever the order of arrival, edits, flushes and passes',
  { timeout: 120_000 + RUNS * 12_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(sentWorld, arrival, arrival, async ({ messages, edits }, one, another) => {
        const first = await database.play(messages, edits, one);
        const expected = energyReference(first.facts);
        expect(compareWithReference(first.aggregates, expected)).toEqual([]);
        expect(differing(first.estimated, expected.buckets15m)).toEqual([]);
        expect(withoutNothing(first.transactions)).toEqual(ofSlices(expected.slices));
        // What was undone has left no trace.
        const holding = edits.filter(({ isUndone }) => !isUndone);
        const second = await database.play(messages, holding, another);
        expect(compareWithReference(second.aggregates, energyReference(second.facts))).toEqual([]);
        expect(second.digest).toBe(first.digest);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env.ORACLE_SHRINK === 'false' },
    );
  },
);

/** Series whose estimates are not the energy that their rows have as estimated. */
function differing(
  estimated: readonly { readonly series: string; readonly wh: number }[],
  rows: readonly BucketRow[],
): unknown[] {
  const sums = new Map(estimated.map(({ series, wh }) => [series, wh]));
  for (const { series, estimatedWh } of rows) {
    // Of intervals an operator's value is an estimate, and its edit tells all of it.
    if (series.includes('.Register')) sums.set(series, (sums.get(series) ?? 0) - (estimatedWh ?? 0));
  }
  return [...sums].filter(([, wh]) => Math.abs(wh) > 1e-3);
}

function withoutNothing(transactions: readonly TransactionRow[]): TransactionRow[] {
  return transactions.filter(
    ({ firstMs, lastMs, isEnded }) => firstMs !== null || lastMs !== null || isEnded,
  );
}

/** What is known of transactions by their slices. */
function ofSlices(slices: readonly SliceRow[]): TransactionRow[] {
  const found = new Map<string, TransactionRow>();
  for (const { series, transaction, firstMs, lastMs, isEnded } of slices) {
    const chargePointId = series.slice(0, series.indexOf(' | '));
    const key = JSON.stringify([chargePointId, transaction]);
    const known = found.get(key);
    found.set(key, {
      chargePointId,
      transaction,
      firstMs: least(known?.firstMs ?? null, firstMs),
      lastMs: greatest(known?.lastMs ?? null, lastMs),
      isEnded: isEnded || known?.isEnded === true,
    });
  }
  return withoutNothing([...found.values()]).sort(
    (a, b) => compare(a.chargePointId, b.chargePointId) || compare(a.transaction, b.transaction),
  );
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const least = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));
const greatest = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));
