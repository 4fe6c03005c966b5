import type { PoolClient } from '../pool.js';
import { keyParameters, KEYS } from './row-parameters.js';
import type { StagedRow } from './staged-row.js';

interface StoredValue {
  /** Of the row that was asked for, from 1 on. */
  readonly number: number;
  readonly value: number;
  readonly transaction_id: number | null;
  readonly quality: number;
  readonly received_ms: number;
}

/** Pairs of a row that was asked for and what is stored under its key. */
export type Stored = readonly (readonly [asked: StagedRow, stored: StagedRow])[];

/**
 * What stood under the keys of the batch before it: rows of other batches. Bounded in time, so that only partitions that
 * can hold them are planned; LATERAL with OFFSET 0 makes it one probe of the primary key a row, whatever the planner
 * believes of arrays.
 */
export async function readStanding(
  client: PoolClient,
  rows: readonly StagedRow[],
  batchId: number,
): Promise<Stored> {
  const { from, to } = span(rows);
  const { rows: stored } = await client.query<StoredValue>(
    `select s.number, r.value, r.transaction_id, r.quality,
       (extract(epoch from r.received_at) * 1000)::bigint as received_ms
     from ${KEYS} cross join lateral (
       select * from readings
       where series_id = s.series_id and ts = s.ts and context = s.context and batch_id <> $4
         and ts >= $5 and ts <= $6
       offset 0) r`,
    [...keyParameters(rows), batchId, from, to],
  );
  return withNames(client, rows, rows, stored);
}

/** The conflicts known under the keys of `asked`, which are some of the rows of the batch. */
export async function readConflicts(
  client: PoolClient,
  rows: readonly StagedRow[],
  asked: readonly StagedRow[],
): Promise<Stored> {
  if (asked.length === 0) return [];
  const { rows: stored } = await client.query<StoredValue>(
    `select s.number, c.value, c.transaction_id, c.quality,
       (extract(epoch from c.received_at) * 1000)::bigint as received_ms
     from ${KEYS} cross join lateral (
       select * from reading_conflicts
       where series_id = s.series_id and ts = s.ts and context = s.context
       offset 0) c`,
    keyParameters(asked),
  );
  return withNames(client, rows, asked, stored);
}

/** The natural ids of transactions decide between equal values; those the batch doesn't name itself are looked up. */
async function withNames(
  client: PoolClient,
  rows: readonly StagedRow[],
  asked: readonly StagedRow[],
  stored: readonly StoredValue[],
): Promise<Stored> {
  const names = new Map<number, string | null>();
  for (const row of rows) if (row.transactionId !== null) names.set(row.transactionId, row.externalId);
  const unnamed = new Set<number>();
  for (const { transaction_id: id } of stored) if (id !== null && !names.has(id)) unnamed.add(id);
  if (unnamed.size > 0) {
    const found = await client.query<{ id: number; external_id: string }>(
      'select id, external_id from transactions where id = any ($1::bigint[])',
      [[...unnamed]],
    );
    for (const { id, external_id } of found.rows) names.set(id, external_id);
  }
  return stored.flatMap((each) => {
    const row = asked[each.number - 1];
    if (row === undefined) return [];
    const transactionId = each.transaction_id;
    return [
      [
        row,
        {
          message: row.message,
          part: row.part,
          seriesId: row.seriesId,
          contextId: row.contextId,
          timestampMs: row.timestampMs,
          value: each.value,
          transactionId,
          externalId: transactionId === null ? null : (names.get(transactionId) ?? null),
          quality: each.quality,
          receivedAtMs: each.received_ms,
        },
      ] as const,
    ];
  });
}

function span(rows: readonly StagedRow[]): { from: Date; to: Date } {
  let from = Infinity;
  let to = -Infinity;
  for (const { timestampMs } of rows) {
    if (timestampMs < from) from = timestampMs;
    if (timestampMs > to) to = timestampMs;
  }
  return { from: new Date(from), to: new Date(to) };
}
