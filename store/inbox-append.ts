import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface InboxEntry {
  readonly partition: number;
  readonly key: string;
  readonly payload: Buffer;
}

/** Wakes consumers: there is something new on some partition. */
export const INBOX_CHANNEL = 'meterpulse_inbox';

/**
 * One transaction: positions are assigned under the partitions' row locks, which are taken in order (no deadlock between
 * publishers) and held until the commit (no record becomes visible before one of a lower position). Resolves with the
 * number of entries written, which is less when a partition doesn't exist.
 *
 * Plan: Index Scan on inbox_partitions for each partition, Insert from a hash join.
 */
export async function appendToInbox(pool: Pool, entries: readonly InboxEntry[]): Promise<number> {
  try {
    const { rows } = await pool.query<{ written: number }>(
      `with incoming as materialized (
         select partition, key, payload, row_number() over (partition by partition order by place) - 1 as rank
         from unnest($1::integer[], $2::text[], $3::bytea[]) with ordinality as given (partition, key, payload, place)
       ), counts as materialized (
         select partition, count(*) as entries from incoming group by partition
       ), locked as materialized (
         select held.partition from inbox_partitions held join counts using (partition)
         order by held.partition for update of held
       ), advanced as (
         update inbox_partitions held set next_position = held.next_position + counts.entries
         from locked join counts using (partition)
         where held.partition = locked.partition
         returning held.partition, held.next_position - counts.entries as base
       ), written as (
         insert into inbox (partition, position, charge_point_id, payload)
         select partition, base + rank, key, payload from incoming join advanced using (partition)
         returning 1
       )
       select count(*)::integer as written, pg_notify('${INBOX_CHANNEL}', '') from written`,
      [
        entries.map(({ partition }) => partition),
        // PostgreSQL's text takes no NUL; the payload says what was sent.
        entries.map(({ key }) => key.replaceAll('\0', '\uFFFD')),
        entries.map(({ payload }) => payload),
      ],
    );
    return rows[0]?.written ?? 0;
  } catch (error) {
    throw asOutage(error);
  }
}
