import type { CatchUpParts } from './catch-up.js';
import type { LiveFrame } from './live-frame.js';
import type { LiveHub } from './live-hub.js';
import type { LiveMetrics } from './metrics.js';
import type { Snapshots } from './snapshots.js';

/** What a subscription needs of its socket. */
export interface SubscriptionSocket {
  readonly hasRoom: boolean;
  /** false: there is no room, and nothing was taken. */
  deliver(frame: LiveFrame): boolean;
  /** Takes it whether or not there is room. */
  give(frame: LiveFrame): void;
  room(): Promise<void>;
  /** A bug of ours. */
  fault(error: unknown): void;
}

/** What all subscriptions share. */
export interface SubscriptionServices extends CatchUpParts {
  readonly hub: LiveHub;
  readonly snapshots: Snapshots;
  /** Series and changes of charge points that are kept for one that is behind, at most. */
  readonly conflateMax: number;
  readonly metrics: LiveMetrics;
  /** Wall clock, ms. */
  readonly now: () => number;
}
