import { hostname } from 'node:os';
import { insertAudit } from '../audit/insert-audit.js';
import { inTransaction } from '../in-transaction.js';
import type { Pool } from '../pool.js';

export interface Loss {
  /** Partitions of which records were stored that the database doesn't know. */
  readonly partitions: number;
  /** That many, about: offsets may have gaps. They are read again from the log. */
  readonly records: number;
}

/**
 * Compares with what is known to have been stored. Where the database has counted less, it was restored from a backup, or failed over to a
 * standby that had not received all: then a new history begins, once for what is told now. null: nothing is missing, or nothing was
 * ever stored. The audit is told in the same transaction.
 *
 * @param storedBefore offset after the last record that a worker has had confirmed, by partition.
 */
export async function noticeLoss(
  pool: Pool,
  topic: string,
  storedBefore: ReadonlyMap<number, number>,
): Promise<Loss | null> {
  if (storedBefore.size === 0) return null;
  // Where nothing was counted the database was made anew, and reads all of the log: nobody
  // remembers anything of it.
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Loss & { history: string }>(
      `with told as (
       select u.partition, u.stored, p.counted_offset from unnest($2::integer[], $3::bigint[]) as u (partition, stored)
       join consumer_positions p on p.topic = $1 and p.partition = u.partition
       where greatest(p.counted_offset, p.noticed_offset) < u.stored
       order by u.partition for update of p
     ), noticed as (
       update consumer_positions p set noticed_offset = told.stored from told
       where p.topic = $1 and p.partition = told.partition
       returning told.stored - told.counted_offset as records
     ), loss as (
       select count(*)::integer as partitions, coalesce(sum(records), 0)::bigint as records from noticed
     )
     select partitions, records,
       begin_history(format('%s records that were stored of %s are not known any more', records, $1::text)) as history
     from loss
     where partitions > 0 and exists (select from consumer_positions where topic = $1 and counted_offset > 0)`,
      [topic, [...storedBefore.keys()], [...storedBefore.values()]],
    );
    const [loss] = rows;
    if (loss === undefined) return null;
    const { history, ...lost } = loss;
    const origin = {
      actor: null,
      actorKind: 'nobody',
      address: hostname(),
      source: 'worker',
      requestId: null,
    } as const;
    const event = { action: 'database.restored', outcome: 'done', subject: topic } as const;
    await insertAudit(client, [{ ...origin, ...event, detail: { ...lost, history } }]);
    return lost;
  });
}
