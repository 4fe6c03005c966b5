import type { Handler, Off, SubscriptionEvents } from './live-events.js';
import type { LiveFilter } from './live-filter.js';
import type { SubscriptionStatus } from './live-status.js';

export interface SubscribeOptions<ChangedOnly extends boolean = false> {
  /** Default `{}`: all readings and charge points. */
  readonly filter?: LiveFilter;
  /** false: begin now, without what is there already. Default true. */
  readonly snapshot?: boolean;
  /** `update` tells the fields that differ and those that name the row. Default false. */
  readonly changedOnly?: ChangedOnly;
  /** Go on after this change: of `getStatus()` of an earlier client, or of a page of the API. Default: with a snapshot. */
  readonly changeId?: string;
}

/**
 * Hears every change of its filter once, in the order in which they were committed, over lost connections and restarts of
 * the server. When that can't be kept (away for longer than the feed is kept, or too slow), `resync` or `lagging` say so.
 */
export interface Subscription<ChangedOnly extends boolean = false> {
  /** In every event of it. */
  readonly id: string;
  readonly filter: LiveFilter;
  on<Name extends keyof SubscriptionEvents>(
    name: Name,
    handler: Handler<SubscriptionEvents<ChangedOnly>[Name]>,
  ): Off;
  getStatus(): SubscriptionStatus;
  /** Ends it: no handler hears of it any more. Safe to call again. */
  unsubscribe(): void;
}
