import { int32s } from '../copy/binary-array.js';
import type { PoolClient } from '../pool.js';
import { GenerationalCache } from './generational-cache.js';

/** Two numbers each: 30 MB when full. */
const SERIES_KNOWN = 400_000;

interface Row {
  readonly series_id: number;
  readonly ms: number;
}

/**
 * The newest time stored of each series, as one process last saw it. A reading after it is new to the database, unless
 * somebody else has stored it since: enough to guess by, and to be checked by the primary key.
 */
export class NewestKnown {
  private readonly known = new GenerationalCache<number, number>(SERIES_KNOWN);

  /** ms since 1970 UTC; -Infinity: nothing is stored; undefined: not known. */
  of(seriesId: number): number | undefined {
    return this.known.get(seriesId);
  }

  /** Looks up those of these series that aren't known. */
  async learn(client: Pick<PoolClient, 'query'>, seriesIds: Iterable<number>): Promise<void> {
    const unknown = [...seriesIds].filter((id) => this.known.get(id) === undefined);
    if (unknown.length === 0) return;
    const { rows } = await client.query<Row>(
      `select l.series_id, (extract(epoch from l.ts) * 1000)::bigint as ms
       from unnest($1::integer[]) as u (id) join latest_readings l on l.series_id = u.id`,
      [int32s(unknown)],
    );
    for (const id of unknown) this.known.set(id, -Infinity);
    for (const { series_id, ms } of rows) this.known.set(series_id, ms);
  }

  /** After a commit. */
  raise(seriesId: number, ms: number): void {
    const known = this.known.get(seriesId);
    if (known !== undefined && known < ms) this.known.set(seriesId, ms);
  }

  /** Whenever somebody else may have written what was ours, or what we wrote may be gone. */
  forget(): void {
    this.known.clear();
  }
}
