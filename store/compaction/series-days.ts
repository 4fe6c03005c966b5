import type { RowReader } from '../copy/row-reader.js';
import type { SeriesDay } from './pack-series-day.js';

const FIRST_ROOM = 65_536;

/** Rows of one day, by series. In columns: they are millions. */
export class SeriesDays {
  static readonly COLUMNS = 'series_id, ts, context, value, transaction_id, received_at, batch_id, quality';

  /** Reads rows of {@link COLUMNS} in whatever order; gives each series that has any, in the order of time and context. */
  static read(reader: RowReader): Iterable<SeriesDay> {
    const days = new SeriesDays();
    while (reader.nextRow()) {
      if (days.count === days.seriesIds.length) days.grow();
      const at = days.count++;
      days.seriesIds[at] = reader.int32();
      days.tsUs[at] = reader.int64();
      days.contexts[at] = reader.int16();
      days.values[at] = reader.float64();
      days.transactionIds[at] = reader.int64OrNull() ?? NaN;
      days.receivedUs[at] = reader.int64();
      days.batchIds[at] = reader.int64();
      days.qualities[at] = reader.int16();
    }
    return days.bySeries();
  }

  private count = 0;
  private seriesIds = new Int32Array(FIRST_ROOM);
  private tsUs = new Float64Array(FIRST_ROOM);
  private receivedUs = new Float64Array(FIRST_ROOM);
  private batchIds = new Float64Array(FIRST_ROOM);
  private values = new Float64Array(FIRST_ROOM);
  private transactionIds = new Float64Array(FIRST_ROOM);
  private contexts = new Int16Array(FIRST_ROOM);
  private qualities = new Int16Array(FIRST_ROOM);

  private *bySeries(): Generator<SeriesDay> {
    const order = this.order();
    for (let from = 0; from < this.count;) {
      const seriesId = this.seriesIds[order[from] ?? 0] ?? 0;
      let to = from + 1;
      while (to < this.count && this.seriesIds[order[to] ?? 0] === seriesId) to++;
      const places = order.subarray(from, to);
      const float64s = (column: Float64Array): Float64Array =>
        Float64Array.from(places, (place) => column[place] ?? NaN);
      const int16s = (column: Int16Array): Int16Array =>
        Int16Array.from(places, (place) => column[place] ?? 0);
      yield {
        seriesId,
        tsUs: float64s(this.tsUs),
        receivedUs: float64s(this.receivedUs),
        batchIds: float64s(this.batchIds),
        values: float64s(this.values),
        transactionIds: float64s(this.transactionIds),
        contexts: int16s(this.contexts),
        qualities: int16s(this.qualities),
      };
      from = to;
    }
  }

  /** Places of the rows in the order of the key. */
  private order(): Uint32Array {
    const { seriesIds, tsUs, contexts } = this;
    const order = Uint32Array.from({ length: this.count }, (_, place) => place);
    const compare = (a: number, b: number): number =>
      (seriesIds[a] ?? 0) - (seriesIds[b] ?? 0) ||
      (tsUs[a] ?? 0) - (tsUs[b] ?? 0) ||
      (contexts[a] ?? 0) - (contexts[b] ?? 0);
    // By an index scan they come in their order already.
    for (let place = 1; place < this.count; place++) {
      if (compare(place - 1, place) > 0) return order.sort(compare);
    }
    return order;
  }

  private grow(): void {
    const room = this.count * 2;
    const grown = <Column extends Float64Array | Int32Array | Int16Array>(
      from: Column,
      to: Column,
    ): Column => {
      to.set(from);
      return to;
    };
    this.seriesIds = grown(this.seriesIds, new Int32Array(room));
    this.tsUs = grown(this.tsUs, new Float64Array(room));
    this.receivedUs = grown(this.receivedUs, new Float64Array(room));
    this.batchIds = grown(this.batchIds, new Float64Array(room));
    this.values = grown(this.values, new Float64Array(room));
    this.transactionIds = grown(this.transactionIds, new Float64Array(room));
    this.contexts = grown(this.contexts, new Int16Array(room));
    this.qualities = grown(this.qualities, new Int16Array(room));
  }
}
