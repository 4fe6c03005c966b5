import { INBOX_CHANNEL } from './inbox-append.js';
import { INBOX_MEMBERS_CHANNEL } from './inbox-members.js';
import { listenTo } from './notifications.js';
import type { Pool } from './pool.js';

export interface InboxListener {
  /** There may be new records. */
  onRecords(): void;
  /** The sharing of partitions may have changed. */
  onMembers(): void;
}

/** As {@link listenTo}. What came before the first listening is looked for once; notifications only wake, they carry nothing. */
export function listenToInbox(pool: Pool, listener: InboxListener, signal: AbortSignal): Promise<void> {
  const handlers = {
    onListening: () => {
      listener.onRecords();
      listener.onMembers();
    },
    onNotification: (channel: string) => {
      if (channel === INBOX_CHANNEL) listener.onRecords();
      else listener.onMembers();
    },
  };
  return listenTo(pool, [INBOX_CHANNEL, INBOX_MEMBERS_CHANNEL], handlers, signal);
}
