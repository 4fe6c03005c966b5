import { readSeriesFacts, type SeriesFacts } from '../../store/rollups/series-facts.js';
import type { PoolClient } from '../../store/pool.js';

/** Some 300 bytes each. */
const KNOWN = 200_000;

/** What series are, which never changes: read once. */
export class KnownSeries {
  private readonly known = new Map<number, SeriesFacts>();

  /** Answers by id, for these series. */
  async find(client: PoolClient, ids: readonly number[]): Promise<(id: number) => SeriesFacts> {
    if (this.known.size > KNOWN) this.known.clear();
    const unknown = [...new Set(ids)].filter((id) => !this.known.has(id));
    if (unknown.length > 0) {
      for (const facts of await readSeriesFacts(client, unknown)) this.known.set(facts.seriesId, facts);
    }
    return (id) => {
      const facts = this.known.get(id);
      if (facts === undefined) throw new Error(`series ${id} is not there`);
      return facts;
    };
  }
}
