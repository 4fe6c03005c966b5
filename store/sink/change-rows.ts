import type { PoolClient } from '../pool.js';
import type { StagedRow } from './staged-row.js';

/** Another transaction changed a key between our reading and our writing it. The batch is tried anew. */
export class ConcurrentChangeError extends Error {
  /** serialization_failure: what PostgreSQL itself would say. */
  readonly code = '40001';

  constructor(what: string) {
    super(`${what} changed while it was being settled`);
  }
}

/** Of one key; of one value, too, where it is a conflict. */
export interface Change {
  /** null: there was none before this batch. */
  readonly before: StagedRow | null;
  readonly after: StagedRow;
}

/** $1 to $10. Old columns are null where there was nothing before. */
const CHANGES = `
  select series_id, timestamptz 'epoch' + ms * interval '1 millisecond' as ts, context, value, transaction_id, quality,
    timestamptz 'epoch' + received_ms * interval '1 millisecond' as received_at,
    old_value, old_transaction_id, old_quality
  from unnest($1::integer[], $2::bigint[], $3::smallint[], $4::float8[], $5::bigint[], $6::smallint[], $7::bigint[],
      $8::float8[], $9::bigint[], $10::smallint[])
    as u (series_id, ms, context, value, transaction_id, quality, received_ms,
      old_value, old_transaction_id, old_quality)`;

const parametersOf = (changes: readonly Change[]): unknown[] => [
  changes.map(({ after }) => after.seriesId),
  changes.map(({ after }) => after.timestampMs),
  changes.map(({ after }) => after.contextId),
  changes.map(({ after }) => after.value),
  changes.map(({ after }) => after.transactionId),
  changes.map(({ after }) => after.quality),
  changes.map(({ after }) => after.receivedAtMs),
  changes.map(({ before }) => before?.value ?? null),
  changes.map(({ before }) => before?.transactionId ?? null),
  changes.map(({ before }) => before?.quality ?? null),
];

/** Makes `after` stand under its key. Without a `before` the row is this batch's own, in whatever shape it went in. */
export async function changeStanding(
  client: PoolClient,
  changes: readonly Change[],
  batchId: number,
): Promise<void> {
  if (changes.length === 0) return;
  let from = Infinity;
  let to = -Infinity;
  for (const { after } of changes) {
    from = Math.min(from, after.timestampMs);
    to = Math.max(to, after.timestampMs);
  }
  // The bounds in time spare the planner all other partitions.
  const { rowCount } = await client.query(
    `update readings r set
       value = n.value, transaction_id = n.transaction_id, quality = n.quality,
       received_at = n.received_at, batch_id = $11
     from (${CHANGES}) n
     where r.series_id = n.series_id and r.ts = n.ts and r.context = n.context
       and r.ts >= $12 and r.ts <= $13
       and case when n.old_value is null then r.batch_id = $11
         else r.value = n.old_value and r.quality = n.old_quality
           and r.transaction_id is not distinct from n.old_transaction_id end`,
    [...parametersOf(changes), batchId, new Date(from), new Date(to)],
  );
  if (rowCount !== changes.length) throw new ConcurrentChangeError('a standing reading');
}

/** Adds the conflicts that have no `before`, and changes the others. */
export async function changeConflicts(
  client: PoolClient,
  changes: readonly Change[],
  batchId: number,
): Promise<void> {
  const added = changes.filter(({ before }) => before === null);
  if (added.length > 0) {
    const { rowCount } = await client.query(
      `insert into reading_conflicts
         (series_id, ts, context, value, transaction_id, quality, received_at, batch_id)
       select series_id, ts, context, value, transaction_id, quality, received_at, $11
       from (${CHANGES}) n
       order by series_id, ts, context, value
       on conflict (series_id, ts, context, value) do nothing`,
      [...parametersOf(added), batchId],
    );
    if (rowCount !== added.length) throw new ConcurrentChangeError('a conflict');
  }
  const replaced = changes.filter(({ before }) => before !== null);
  if (replaced.length > 0) {
    const { rowCount } = await client.query(
      `update reading_conflicts c set
         transaction_id = n.transaction_id, quality = n.quality, received_at = n.received_at, batch_id = $11
       from (${CHANGES}) n
       where c.series_id = n.series_id and c.ts = n.ts and c.context = n.context and c.value = n.value
         and c.quality = n.old_quality and c.transaction_id is not distinct from n.old_transaction_id`,
      [...parametersOf(replaced), batchId],
    );
    if (rowCount !== replaced.length) throw new ConcurrentChangeError('a conflict');
  }
}
