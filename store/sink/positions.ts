import { HISTORY_ID, type HistoryGuard } from '../database-history.js';
import { OwnershipLostError } from '../ownership-lost-error.js';
import type { Pool, PoolClient } from '../pool.js';
import type { Claim, PositionAdvance } from '../reading-sink.js';
import type { Outcomes, PartitionCounts } from './count-outcomes.js';

interface PositionRow {
  readonly partition: number;
  readonly next_offset: number | null;
  readonly counted_offset: number;
  readonly owner_epoch: number;
}

/** Raises the epoch; waits for the transaction of the owner before, if one is under way. */
export async function claimPosition(
  pool: Pool,
  topic: string,
  partition: number,
): Promise<Claim & { readonly history: string }> {
  await pool.query(
    'insert into consumer_positions (topic, partition) values ($1, $2) on conflict do nothing',
    [topic, partition],
  );
  const { rows } = await pool.query<PositionRow & { history: string }>(
    `update consumer_positions set owner_epoch = owner_epoch + 1
     where topic = $1 and partition = $2
     returning next_offset, owner_epoch, ${HISTORY_ID} as history`,
    [topic, partition],
  );
  const row = rows[0];
  // A reset between the two statements: whoever claims next begins anew.
  if (row === undefined) throw new OwnershipLostError([partition]);
  return { partition, epoch: row.owner_epoch, nextOffset: row.next_offset, history: row.history };
}

/**
 * Takes no lock: an answer may be out of date by the time it is read, and only ever too old. Left out are partitions of which less
 * is counted than was stored before.
 */
export async function readEpochs(
  pool: Pool,
  topic: string,
  partitions: readonly number[],
  storedBefore: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await pool.query<Pick<PositionRow, 'partition' | 'owner_epoch'>>(
    `select p.partition, p.owner_epoch from consumer_positions p
     join unnest($2::integer[], $3::bigint[]) as u (partition, stored) on u.partition = p.partition
     where p.topic = $1 and p.counted_offset >= u.stored`,
    [topic, partitions, partitions.map((partition) => storedBefore.get(partition) ?? 0)],
  );
  return new Map(rows.map((row) => [row.partition, row.owner_epoch]));
}

export type LockedPositions =
  | {
      readonly kind: 'ours';
      readonly batchId: number;
      /** Records below it were counted before, by partition. */
      readonly countedOffsets: ReadonlyMap<number, number>;
    }
  /** The batch is stored: an attempt whose COMMIT was not confirmed had gone through. */
  | { readonly kind: 'stored' };

/**
 * Locks the rows of the batch's partitions, in their order, until the end of the transaction, and compares them with
 * what this owner wrote last.
 *
 * @param options `unconfirmed`: a COMMIT of this batch was sent before and its answer lost. `history`: shown which one it is.
 * @throws OwnershipLostError naming the partitions that somebody else has moved on or claimed; DATABASE_RESTORED.
 */
export async function lockPositions(
  client: PoolClient,
  topic: string,
  advances: readonly PositionAdvance[],
  { unconfirmed, history }: { readonly unconfirmed: boolean; readonly history: HistoryGuard },
): Promise<LockedPositions> {
  const { rows } = await client.query<PositionRow & { batch_id: number; history: string }>(
    `select p.partition, p.next_offset, p.counted_offset, p.owner_epoch, b.id as batch_id, ${HISTORY_ID} as history
     from (select nextval('reading_batches') as id) b, consumer_positions p
     where p.topic = $1 and p.partition = any ($2::integer[])
     order by p.partition
     for update of p`,
    [topic, advances.map(({ partition }) => partition)],
  );
  // What this process knows of ids is of one history alone.
  for (const row of rows) history.check(row.history);
  const rowOf = new Map(rows.map((row) => [row.partition, row]));
  const owns = (advance: PositionAdvance): boolean =>
    rowOf.get(advance.partition)?.owner_epoch === advance.epoch;
  const nextOf = (advance: PositionAdvance): number | null | undefined =>
    rowOf.get(advance.partition)?.next_offset;

  // All partitions move in one transaction: one that this epoch moved exactly there proves it for all.
  const isStored = (advance: PositionAdvance): boolean =>
    owns(advance) && nextOf(advance) === advance.nextOffset && advance.nextOffset !== advance.expectedOffset;
  if (unconfirmed && advances.some(isStored)) return { kind: 'stored' };

  const lost = advances.filter((advance) => {
    const next = nextOf(advance);
    return !owns(advance) || (next !== null && next !== advance.expectedOffset);
  });
  if (lost.length > 0) throw new OwnershipLostError(lost.map(({ partition }) => partition));
  return {
    kind: 'ours',
    batchId: rows[0]?.batch_id ?? 0,
    countedOffsets: new Map(rows.map((row) => [row.partition, row.counted_offset])),
  };
}

/** Moves the locked rows on, with what was counted on the way, and enters the same by charge point: one statement for both. */
export async function advancePositions(
  client: PoolClient,
  topic: string,
  advances: readonly PositionAdvance[],
  { counted: counts, account }: Pick<Outcomes, 'counted' | 'account'>,
): Promise<void> {
  const column = (read: (counts: PartitionCounts) => number | null): (number | null)[] =>
    advances.map(({ partition }) => {
      const each = counts.get(partition);
      return each === undefined ? 0 : read(each);
    });
  const time = (read: (counts: PartitionCounts) => number | null): (Date | null)[] =>
    advances.map(({ partition }) => {
      const ms = counts.get(partition);
      const at = ms === undefined ? null : read(ms);
      return at === null ? null : new Date(at);
    });
  await client.query(
    `with entry as (
       insert into account_entries (counts) select $14::text where $14::text is not null
     )
     update consumer_positions p set
       next_offset = u.next_offset,
       counted_offset = greatest(p.counted_offset, u.next_offset),
       messages_received = p.messages_received + u.m_received,
       messages_stored = p.messages_stored + u.m_stored,
       messages_duplicate = p.messages_duplicate + u.m_duplicate,
       messages_rejected = p.messages_rejected + u.m_rejected,
       readings_stored = p.readings_stored + u.r_stored,
       readings_duplicate = p.readings_duplicate + u.r_duplicate,
       readings_conflicting = p.readings_conflicting + u.r_conflicting,
       readings_rejected = p.readings_rejected + u.r_rejected,
       first_ts = least(p.first_ts, u.first_ts),
       last_ts = greatest(p.last_ts, u.last_ts),
       updated_at = now()
     from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
         $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[], $13::timestamptz[])
       as u (partition, next_offset, m_received, m_stored, m_duplicate, m_rejected,
         r_stored, r_duplicate, r_conflicting, r_rejected, first_ts, last_ts)
     where p.topic = $1 and p.partition = u.partition`,
    [
      topic,
      advances.map(({ partition }) => partition),
      advances.map(({ nextOffset }) => nextOffset),
      column(({ messages }) => messages.received),
      column(({ messages }) => messages.stored),
      column(({ messages }) => messages.duplicate),
      column(({ messages }) => messages.rejected),
      column(({ readings }) => readings.stored),
      column(({ readings }) => readings.duplicate),
      column(({ readings }) => readings.conflicting),
      column(({ readings }) => readings.rejected),
      time(({ firstMs }) => firstMs),
      time(({ lastMs }) => lastMs),
      account.encode(),
    ],
  );
}
