import type { ChangeKind, DataOfKind } from '../../protocol/live/change.js';
import type { Audience } from './audience.js';
import type { FeedChanges } from './live-row.js';

export type FeedPage =
  | { readonly kind: 'rows'; readonly rows: readonly FeedChanges[] }
  /** What follows was cleaned away. */
  | { readonly kind: 'expired' }
  /** The feed never was as far. */
  | { readonly kind: 'unknown' };

export type SnapshotItem = { [Kind in ChangeKind]: { readonly kind: Kind } & DataOfKind[Kind] }[ChangeKind];

export interface SnapshotPage {
  /** Of the feed: the snapshot has all up to it, and nothing beyond. */
  readonly position: number;
  readonly items: readonly SnapshotItem[];
  readonly isLast: boolean;
}

export interface RegistrySites {
  /** Of the feed, as {@link SnapshotPage.position}. */
  readonly position: number;
  readonly sites: readonly (readonly [id: string, site: string])[];
}

export interface FeedFollower {
  /** Rows that follow the last ones, each once. */
  rows(rows: readonly FeedChanges[]): void;
  /** What follows the last row can't be told. Resolves with the position to go on after; when it rejects it is asked again. */
  reset(reason: 'expired' | 'unknown'): Promise<number>;
}

/** What the live role asks of the database. Each rejects with a MeterpulseError in an outage. */
export interface FeedSource {
  /** Up to `limit` rows after a position. */
  read(after: number, limit: number): Promise<FeedPage>;
  /** The sites of all charge points that have one. */
  readSites(): Promise<RegistrySites>;
  /** What is there for an audience, one page at least, all of one moment. Leaving the loop ends it. */
  snapshot(audience: Audience, signal: AbortSignal): AsyncIterable<SnapshotPage>;
  /** Hands over what comes after a position, until the signal aborts. Outages are waited out. */
  follow(after: number, follower: FeedFollower, signal: AbortSignal): Promise<void>;
  /** For readiness: rejects with why what is followed may be old. */
  checkReady(): Promise<void>;
}
