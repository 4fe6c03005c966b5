/**
 *     idle -> connecting -> live <-> reconnecting
 *     any  -> closed
 */
export type LiveState =
  /** Before connect(). */
  | 'idle'
  /** The first connection is being made. */
  | 'connecting'
  | 'live'
  /** The connection was lost, or never made; the next attempt is under way or waited for. */
  | 'reconnecting'
  /** By close(), for good. */
  | 'closed';

export type SubscriptionState =
  /** For a connection. */
  | 'waiting'
  /** Asked for; what is there, or what was missed, is coming. */
  | 'starting'
  /** What comes now happens now. */
  | 'live'
  /** The server will not have it; the `error` said why. */
  | 'refused'
  /** By unsubscribe() or close(). */
  | 'ended';

export interface SubscriptionStatus {
  readonly id: string;
  readonly state: SubscriptionState;
  /** All changes up to and with this one were told; null before there was any. */
  readonly changeId: string | null;
}

/** How the newest connection ended. */
export interface LastClose {
  /** WebSocket close code; 1006 says no more than that it ended, or was never made. */
  readonly code: number;
  readonly reason: string;
  readonly at: Date;
}

export interface LiveStatus {
  readonly state: LiveState;
  /** When the state began. */
  readonly since: Date;
  /** Connections that failed in a row; 0 while live. */
  readonly attempts: number;
  /** When the next attempt is made; null when none is planned. */
  readonly nextAttemptAt: Date | null;
  readonly lastClose: LastClose | null;
  /** The greatest that any subscription was told of; null before. */
  readonly lastChangeId: string | null;
  readonly subscriptions: readonly SubscriptionStatus[];
  readonly pushes: {
    /** Not sent yet, or to be sent again. */
    readonly waiting: number;
    /** Sent; not answered yet. */
    readonly unanswered: number;
  };
}
