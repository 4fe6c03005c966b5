import type { Change } from '../../protocol/live/change.js';

/** Which site each charge point is of, as of the last change that was followed. */
export class SiteMap {
  private readonly sites = new Map<string, string>();

  /** Those without a site take no room. */
  load(sites: Iterable<readonly [id: string, site: string]>): void {
    this.sites.clear();
    for (const [id, site] of sites) this.set(id, site);
  }

  /** '' where it has none, or isn't known. */
  siteOf(chargePointId: string): string {
    return this.sites.get(chargePointId) ?? '';
  }

  /** A charge point that was deleted keeps its site: what it had buffered may still come. */
  follow(change: Change): void {
    if (change.kind !== 'chargePoint' || change.type === 'DELETE') return;
    const { id, site } = change.type === 'UPDATE' ? change.newData : change.data;
    this.set(id, site);
  }

  private set(id: string, site: string): void {
    if (site === '') this.sites.delete(id);
    else this.sites.set(id, site);
  }
}
