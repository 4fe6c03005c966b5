import type { Change } from '../../protocol/live/change.js';
import { RoutedChange } from './routed-change.js';
import type { SiteMap } from './site-map.js';

/** A row of the feed as the source gives it. */
export interface FeedChanges {
  readonly position: number;
  /** By the clock of the database, ms since 1970 UTC. */
  readonly committedAtMs: number;
  /** By their index. */
  readonly changes: readonly Change[];
}

/** A row of the feed, its changes with the sites of then. */
export interface LiveRow {
  readonly position: number;
  readonly committedAtMs: number;
  readonly changes: readonly RoutedChange[];
}

/** Finds the sites of a row's changes, and lets `sites` follow what it changes of them. */
export function routeRow(
  { position, committedAtMs, changes }: FeedChanges,
  sites: Pick<SiteMap, 'siteOf' | 'follow'>,
): LiveRow {
  return {
    position,
    committedAtMs,
    changes: changes.map((change, index) => {
      sites.follow(change);
      const data = change.type === 'UPDATE' ? change.newData : change.data;
      const site = 'site' in data ? data.site : sites.siteOf(data.chargePointId);
      return new RoutedChange(change, position, index, site);
    }),
  };
}
