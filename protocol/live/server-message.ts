import type { ChangeKind, ChangeOf, DataOfKind } from './change.js';
import type { FleetFigures } from './fleet-figures.js';

/** Frames are arrays of these, in order. `id` is the subscription's. */
export type ServerMessage =
  | InitialData
  | Told<ChangeOf<'reading'>>
  | Told<ChangeOf<'chargePoint'>>
  | Resync
  | Lagging
  | SubscriptionStatus
  | FleetMessage
  | SessionMessage
  | ErrorMessage;

type Told<Change> = Change & { readonly id: string };

/**
 * Part of what is there as of `changeId`: charge points that aren't retired, and the newest reading of each series. Changes
 * follow that `changeId` without a gap, after the part that is last.
 */
export interface InitialData {
  readonly type: 'INITIAL_DATA';
  readonly id: string;
  readonly data: readonly { [Kind in ChangeKind]: { readonly kind: Kind } & DataOfKind[Kind] }[ChangeKind][];
  readonly isLast: boolean;
  readonly timestamp: string;
  readonly changeId: string;
}

export const RESYNC_REASONS = ['expired', 'unknown', 'overflow', 'interrupted'] as const;
export type ResyncReason = (typeof RESYNC_REASONS)[number];

/** What was seen before is void: INITIAL_DATA follows (unless the subscription asked for no snapshot). */
export interface Resync {
  readonly type: 'RESYNC';
  readonly id: string;
  /**
   * expired: the changeId is older than the feed; unknown: newer than it; overflow: too slow even for the newest alone;
   * interrupted: the snapshot was broken off, another one follows.
   */
  readonly reason: ResyncReason;
  readonly timestamp: string;
}

/**
 * The subscriber takes less than there is: of each series it is told the newest only, `skipped` others not. Nothing is skipped up
 * to `changeId`: who needs the others subscribes anew with it.
 */
export interface Lagging {
  readonly type: 'LAGGING';
  readonly id: string;
  readonly skipped: number;
  readonly timestamp: string;
  readonly changeId: string;
}

/** live: what comes next happens now. Again when much was for others meanwhile: `changeId` is then what to resume after. */
export interface SubscriptionStatus {
  readonly type: 'STATUS';
  readonly id: string;
  readonly state: 'live';
  readonly timestamp: string;
  readonly changeId: string;
}

/** Figures of the whole fleet, for subscriptions of the kind `fleet`: at once, then as often as they are taken. */
export interface FleetMessage {
  readonly type: 'STATUS';
  readonly id: string;
  readonly kind: 'fleet';
  /** As `GET /v1/fleet` has them. */
  readonly data: FleetFigures;
  readonly timestamp: string;
}

/** When the session ends, and from when on RENEW is taken: at the beginning, and after each RENEW. */
export interface SessionMessage {
  readonly type: 'SESSION';
  readonly id: null;
  readonly expiresAt: string;
  readonly renewableFrom: string;
  readonly timestamp: string;
}

export interface ErrorMessage {
  readonly type: 'ERROR';
  /** null: the message was none of a subscription. */
  readonly id: string | null;
  readonly error: {
    readonly code:
      | 'malformed'
      | 'duplicate-subscription'
      | 'unknown-subscription'
      | 'too-many-subscriptions'
      | 'forbidden'
      | 'renewal-refused'
      | 'unavailable';
    readonly message: string;
    /** JSON pointer into the message. */
    readonly path?: string;
  };
  readonly timestamp: string;
}
