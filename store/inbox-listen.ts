import { INBOX_CHANNEL } from './inbox-append.js';
import { INBOX_MEMBERS_CHANNEL } from './inbox-members.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface InboxListener {
  /** There may be new records. */
  onRecords(): void;
  /** The sharing of partitions may have changed. */
  onMembers(): void;
}

/**
 * Listens on one connection of the pool until the signal aborts (resolves) or the connection is lost (rejects): the caller
 * listens anew, and asks by itself meanwhile. Notifications only wake, they carry nothing.
 */
export async function listenToInbox(pool: Pool, listener: InboxListener, signal: AbortSignal): Promise<void> {
  try {
    if (signal.aborted) return;
    const client = await pool.connect();
    let stop: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stop = resolve;
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) resolve();
        client.on('error', reject);
        client.on('end', () => reject(new Error('Connection terminated')));
        client.on('notification', ({ channel }) => {
          if (channel === INBOX_CHANNEL) listener.onRecords();
          else if (channel === INBOX_MEMBERS_CHANNEL) listener.onMembers();
        });
        client.query(`listen ${INBOX_CHANNEL}; listen ${INBOX_MEMBERS_CHANNEL}`).then(() => {
          // What came before the first listening is looked for once.
          listener.onRecords();
          listener.onMembers();
        }, reject);
      });
    } finally {
      signal.removeEventListener('abort', stop);
      // Destroyed: another user of the connection would go on hearing the notifications.
      client.release(true);
    }
  } catch (error) {
    throw asOutage(error);
  }
}
