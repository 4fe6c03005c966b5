import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface InboxLease {
  readonly partition: number;
  /** Differs from the last one when the partition was somebody else's in between. */
  readonly term: number;
}

/** Wakes members: the sharing has changed. */
export const INBOX_MEMBERS_CHANNEL = 'meterpulse_inbox_members';

/**
 * A heartbeat. Resolves with the partitions that are this member's from now on; a member without one for `timeToLiveMs`
 * loses all of its own to the others.
 */
export async function shareInbox(pool: Pool, memberId: string, timeToLiveMs: number): Promise<InboxLease[]> {
  try {
    const { rows } = await pool.query<InboxLease>(
      `select held_partition as partition, held_term as term
       from share_inbox($1, make_interval(secs => $2::double precision / 1000))`,
      [memberId, timeToLiveMs],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}

/** Gives all partitions back at once. */
export async function leaveInbox(pool: Pool, memberId: string): Promise<void> {
  try {
    await pool.query(
      `with gone as (delete from inbox_members where id = $1),
         freed as (update inbox_leases set owner = null where owner = $1)
       select pg_notify('${INBOX_MEMBERS_CHANNEL}', '')`,
      [memberId],
    );
  } catch (error) {
    throw asOutage(error);
  }
}
