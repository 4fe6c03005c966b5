import type { LiveReading } from '../../../../protocol/live/change.js';
import { intervalStart } from '../../../charts/interval-edges.js';
import { addPoint, foldPoints, joinPoints, noPoints, type Points } from '../../../charts/points.js';
import { ReadingLine } from '../../../charts/reading-line.js';
import { INTERVAL_MS, type Resolution } from '../../../charts/resolution.js';
import { compareSeries, seriesKey, type Series } from '../../../charts/series.js';
import type { TimeRange } from '../../../charts/time-range.js';
import type { Aggregate } from '../answers.js';

export interface HistoryLine {
  readonly key: string;
  readonly series: Series;
  readonly points: Points;
  /** Above 0: readings of so many ms share a point, since there are too many of them. */
  readonly joinedByMs: number;
}

/**
 * What is known of one measurand of a charge point in a range of time, at one resolution. Aggregates tell the past; what is
 * younger comes as single readings, from the API and live, and is folded here into the same intervals.
 */
export class History {
  readonly #lines = new Map<string, { series: Series; past: Points; recent: ReadingLine }>();

  /**
   * @param edge from here on single readings tell; what is older is told by aggregates. With `raw` it is the begin of the range.
   * @param isOpen the range reaches now: what comes live belongs to it
   */
  constructor(
    readonly measurand: string,
    readonly resolution: Resolution,
    readonly range: TimeRange,
    readonly edge: number,
    readonly isOpen: boolean,
  ) {}

  /** What a point covers, ms; 0 where it is a reading. */
  get pointMs(): number {
    return this.resolution === 'raw' ? 0 : INTERVAL_MS[this.resolution];
  }

  addAggregate(aggregate: Aggregate): void {
    const { count, sum, min, max } = aggregate;
    const one = { times: [0], counts: [count], sums: [sum], mins: [min], maxs: [max] };
    addPoint(this.#line(aggregate).past, this.#startOf(Date.parse(aggregate.start)), one, 0);
  }

  /** From the API or live, as often as it comes. false: it is of another measurand or time. */
  addReading(reading: LiveReading): boolean {
    const time = Date.parse(reading.timestamp);
    if (!this.#takes(reading.measurand, time)) return false;
    this.#line(reading).recent.add(time, reading.value);
    return true;
  }

  removeReading(reading: LiveReading): boolean {
    const time = Date.parse(reading.timestamp);
    if (!this.#takes(reading.measurand, time)) return false;
    this.#line(reading).recent.remove(time);
    return true;
  }

  lines(): HistoryLine[] {
    return [...this.#lines]
      .map(([key, { series, past, recent }]) => ({
        key,
        series,
        points:
          this.resolution === 'raw'
            ? recent.points
            : joinPoints(
                past,
                foldPoints(recent.points, (time) => this.#startOf(time)),
              ),
        joinedByMs: this.resolution === 'raw' ? recent.joinedByMs : 0,
      }))
      .filter(({ points }) => points.times.length > 0)
      .sort((a, b) => compareSeries(a.series, b.series));
  }

  #takes(measurand: string, time: number): boolean {
    if (measurand !== this.measurand || time < this.edge) return false;
    return this.isOpen || time < this.range.to;
  }

  #startOf(time: number): number {
    return this.resolution === 'raw' ? time : intervalStart(this.resolution, time);
  }

  #line(of: Series) {
    const key = seriesKey(of);
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const { evseId, connectorId, phase, location, unit } = of;
    const series = { evseId, connectorId, phase, location, unit };
    const line = { series, past: noPoints(), recent: new ReadingLine() };
    this.#lines.set(key, line);
    return line;
  }
}
