import type { Principal } from '../server/access/access.js';
import type { Query } from '../store/read/read-database.js';
import { readRollupVersion } from '../store/read/rollup-version.js';
import type { AnswerCache, CachedResource } from './answer-cache.js';
import type { Answer } from './answer.js';

export interface CachedListRequest<Asked> {
  readonly principal: Principal;
  readonly query: Asked;
  readonly ifNoneMatch: string | undefined;
}

interface CachedPage {
  readonly cache: AnswerCache;
  readonly resource: CachedResource;
  readonly query: {
    readonly from: number;
    readonly to: number;
    readonly chargePointId?: readonly string[] | undefined;
  };
  /** Whose rows are shown; null: all. */
  readonly sites: readonly string[] | null;
  readonly ifNoneMatch: string | undefined;
}

/** A page of what rollups hold, within a read: from memory while no bucket of its days and charge points has changed. */
export async function cachedPage(
  run: Query,
  { cache, resource, query, sites, ifNoneMatch }: CachedPage,
  compute: () => Promise<Answer>,
): Promise<Answer> {
  const { from: fromMs, to: toMs, chargePointId: chargePointIds } = query;
  const version = await readRollupVersion(run, { chargePointIds, fromMs, toMs });
  return cache.answer({ resource, query: { ...query }, sites, ifNoneMatch, version }, compute);
}
