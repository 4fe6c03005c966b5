import type { SeriesKey } from '../../protocol/reading.js';
import type { Query } from '../read/read-database.js';
import { GenerationalCache } from '../sink/generational-cache.js';
import type { FeedRow, ReadingColumns } from './feed-row.js';

/** Half of it is more than the series of the largest flush (`BATCH_MAX_ROWS`): what a row needs is never dropped for itself. */
const DEFAULT_SIZE = 500_000;

const SQL = `
  select id, charge_point_id as "chargePointId", evse_id as "evseId", connector_id as "connectorId", measurand, phase,
    location, unit, null as context
  from series where id = any ($1::integer[])
  union all
  select id, null, null, null, null, null, null, null, name from contexts where id = any ($2::smallint[])`;

type Entry = { readonly id: number } & (
  | ({ readonly context: null } & SeriesKey)
  | ({ readonly context: string } & { readonly [Field in keyof SeriesKey]: null })
);

/** What the ids of feed rows stand for. Neither series nor contexts ever change, so that what is known stays true. */
export class SeriesDictionary {
  private series: GenerationalCache<number, SeriesKey>;
  private contexts = new Map<number, string>();

  /** @param size series kept, at most; not below twice those of one row. */
  constructor(private readonly size = DEFAULT_SIZE) {
    this.series = new GenerationalCache(size);
  }

  /** Reads what these rows need and isn't known yet: nothing, or one statement. */
  async load(query: Query, rows: readonly FeedRow[]): Promise<void> {
    const series = new Set<number>();
    const contexts = new Set<number>();
    for (const { inserted, replaced } of rows.flatMap((row) =>
      row.kind === 'readings' ? row.payload : [],
    )) {
      this.addUnknown(inserted, series, contexts);
      if (replaced !== undefined) this.addUnknown(replaced, series, contexts);
    }
    if (series.size === 0 && contexts.size === 0) return;
    for (const { id, context, ...key } of await query<Entry>(SQL, [[...series], [...contexts]])) {
      if (context === null) this.series.set(id, key as SeriesKey);
      else this.contexts.set(id, context);
    }
  }

  /** What was loaded. Throws for an id that no row of the database has. */
  seriesOf(id: number): SeriesKey {
    const series = this.series.get(id);
    if (series === undefined)
      throw new Error(`the feed names series ${id}, which was not loaded or isn't there`);
    return series;
  }

  contextOf(id: number): string {
    const context = this.contexts.get(id);
    if (context === undefined)
      throw new Error(`the feed names context ${id}, which was not loaded or isn't there`);
    return context;
  }

  /** After the database was restored from a backup: ids may stand for others now. */
  clear(): void {
    this.series = new GenerationalCache(this.size);
    this.contexts = new Map();
  }

  private addUnknown(columns: ReadingColumns, series: Set<number>, contexts: Set<number>): void {
    for (const id of columns.series) if (this.series.get(id) === undefined) series.add(id);
    for (const id of columns.context) if (!this.contexts.has(id)) contexts.add(id);
  }
}
