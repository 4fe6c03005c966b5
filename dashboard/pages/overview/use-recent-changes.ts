import { useEffect, useState } from 'preact/hooks';
import type { ChangeEvent, LiveClient, SubscriptionEvent } from '../../../client/live/index.js';
import { RecentChanges, type RecentChange } from './recent-changes.js';

const CAPACITY = 12;
/** However many changes there are, their lines are drawn so often at most, ms: faster nobody reads. */
const DRAW_EVERY_MS = 250;

/** Follows all readings and charge points while not `paused`; what happens meanwhile is not told later. */
export function useRecentChanges(client: LiveClient | null, paused: boolean): readonly RecentChange[] {
  const [recent] = useState(() => new RecentChanges(CAPACITY));
  const [newest, setNewest] = useState<readonly RecentChange[]>([]);
  useEffect(() => {
    if (client === null || paused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const subscription = client.subscribe({ snapshot: false });
    subscription.on('batch', (events) => {
      recent.add(events.filter(isChange));
      timer ??= setTimeout(() => {
        timer = undefined;
        setNewest(recent.newest);
      }, DRAW_EVERY_MS);
    });
    return () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
  }, [client, paused, recent]);
  return newest;
}

function isChange(event: SubscriptionEvent): event is ChangeEvent {
  return event.type === 'INSERT' || event.type === 'UPDATE' || event.type === 'DELETE';
}
