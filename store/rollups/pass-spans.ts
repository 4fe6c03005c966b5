import { storedReadings } from '../compaction/stored-readings.js';
import { copyOut, copyRows } from '../copy/copy.js';
import { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';
import type { Neighbourhood } from './neighbourhoods.js';
import { NO_TRANSACTION, StoredSamples } from './stored-samples.js';

/** Longest time that one statement reads from: each day in it is a table to plan with and to lock. */
const CLUSTER_MS = 31 * 86_400_000;

/** The spans of a pass; the other statements of the pass know them by their index. */
export async function stageSpans(
  client: PoolClient,
  spans: readonly (Neighbourhood & { readonly seriesId: number })[],
): Promise<void> {
  const rows = new RowWriter(6);
  spans.forEach(({ seriesId, inner, outer }, ord) => {
    rows.row().int32(ord).int32(seriesId);
    rows.time(inner.fromMs).time(inner.toMs).time(outer.fromMs).time(outer.toMs);
  });
  await copyRows(client, 'pass_spans', rows);
}

/** The readings of each span's outer buckets. */
export async function readSpans(client: PoolClient, spans: readonly Neighbourhood[]): Promise<StoredSamples> {
  const samples = new StoredSamples(spans.length);
  for (const { fromMs, toMs, firstOrd, lastOrd } of clustersOf(spans)) {
    const [first, end] = [fromMs, toMs].map((ms) => `'${new Date(ms).toISOString()}'`);
    const readings = storedReadings({
      columns: ['ts', 'context', 'value', 'transaction_id', 'received_at'],
      series: '= w.series_id',
      from: 'w.outer_from',
      to: 'w.outer_to',
      // The planner leaves out days by constants alone.
      and: `ts >= ${first} and ts < ${end}`,
    });
    const reader = await copyOut(
      client,
      `select w.ord, r.ts, r.context, r.value, r.transaction_id, r.received_at
       from pass_spans w cross join lateral (
         select ts, context, value, transaction_id, received_at from ${readings} either
         order by ts, context
       ) r
       where w.ord between ${firstOrd} and ${lastOrd}`,
    );
    while (reader.nextRow()) {
      samples.add(
        reader.int32(),
        reader.time(),
        reader.int16(),
        reader.float64(),
        reader.int64OrNull() ?? NO_TRANSACTION,
        reader.time(),
      );
    }
  }
  return samples;
}

interface Cluster {
  fromMs: number;
  toMs: number;
  readonly firstOrd: number;
  lastOrd: number;
}

/** Spans that follow each other and lie near each other in time. Sort them by time before. */
function clustersOf(spans: readonly Neighbourhood[]): Cluster[] {
  const clusters: Cluster[] = [];
  spans.forEach(({ outer: { fromMs, toMs } }, ord) => {
    const last = clusters.at(-1);
    if (last !== undefined && Math.max(toMs, last.toMs) - Math.min(fromMs, last.fromMs) <= CLUSTER_MS) {
      last.fromMs = Math.min(fromMs, last.fromMs);
      last.toMs = Math.max(toMs, last.toMs);
      last.lastOrd = ord;
    } else {
      clusters.push({ fromMs, toMs, firstOrd: ord, lastOrd: ord });
    }
  });
  return clusters;
}

/** A value that lost against another one of the same key. */
export interface Conflict {
  /** ms since 1970 UTC. */
  readonly ms: number;
  readonly value: number;
}

/** Those in each span's inner buckets. */
export async function readConflicts(client: PoolClient, spans: number): Promise<Conflict[][]> {
  const conflicts: Conflict[][] = Array.from({ length: spans }, () => []);
  const { rows } = await client.query<Conflict & { ord: number }>(
    `select w.ord, (extract(epoch from c.ts) * 1000)::float8 as ms, c.value
     from pass_spans w join reading_conflicts c
       on c.series_id = w.series_id and c.ts >= w.inner_from and c.ts < w.inner_to`,
  );
  for (const { ord, ...conflict } of rows) conflicts[ord]?.push(conflict);
  return conflicts;
}
