import { foldPoints, noPoints, type Points } from './points.js';

/** Beyond it neighbours are joined: more than a screen has columns, few enough to be drawn in a frame. */
const MAX_POINTS = 20_000;
const JOINED_BY_MS = [100, 1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000];

/**
 * Readings of one series, from history and live, in any order and as often as they come: at one time there is one, the one
 * told last. Bounded: when there are too many, those of the same tenth of a second are joined, then of the same second, and so on.
 */
export class ReadingLine {
  #points: Points = noPoints();
  #joinedByMs = 0;

  constructor(private readonly maxPoints = MAX_POINTS) {}

  get points(): Points {
    return this.#points;
  }

  /** 0: every point is one reading; else a point holds those of so many milliseconds. */
  get joinedByMs(): number {
    return this.#joinedByMs;
  }

  add(time: number, value: number): void {
    const start = this.#startOf(time);
    const at = this.#placeOf(start);
    const { times, counts, sums, mins, maxs } = this.#points;
    if (times[at] !== start) {
      this.#insert(at, start, value);
      if (times.length > this.maxPoints) this.#joinNeighbours();
    } else if (this.#joinedByMs === 0) {
      sums[at] = mins[at] = maxs[at] = value;
    } else {
      counts[at] = (counts[at] ?? 0) + 1;
      sums[at] = (sums[at] ?? 0) + value;
      mins[at] = Math.min(mins[at] ?? value, value);
      maxs[at] = Math.max(maxs[at] ?? value, value);
    }
  }

  /** A reading that is no more. One that was joined with others stays in their mean. */
  remove(time: number): void {
    const at = this.#placeOf(time);
    if (this.#joinedByMs > 0 || this.#points.times[at] !== time) return;
    for (const column of Object.values(this.#points) as number[][]) column.splice(at, 1);
  }

  /** Forgets what lies before. */
  dropBefore(time: number): void {
    const count = this.#placeOf(time);
    if (count === 0) return;
    for (const column of Object.values(this.#points) as number[][]) column.splice(0, count);
  }

  #startOf(time: number): number {
    return this.#joinedByMs === 0 ? time : Math.floor(time / this.#joinedByMs) * this.#joinedByMs;
  }

  /** The first place whose time isn't before. Nearly always the end, since readings come in order. */
  #placeOf(time: number): number {
    const { times } = this.#points;
    let [low, high] = [0, times.length];
    if ((times[high - 1] ?? -Infinity) < time) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? Infinity) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, time: number, value: number): void {
    const { times, counts, sums, mins, maxs } = this.#points;
    const columns: readonly [number[], number][] = [
      [times, time],
      [counts, 1],
      [sums, value],
      [mins, value],
      [maxs, value],
    ];
    for (const [column, entry] of columns) {
      if (at === column.length) column.push(entry);
      else column.splice(at, 0, entry);
    }
  }

  #joinNeighbours(): void {
    // Half of the bound, so that the next joining is far.
    while (this.#points.times.length > this.maxPoints / 2) {
      const coarser = JOINED_BY_MS.find((ms) => ms > this.#joinedByMs);
      if (coarser === undefined) {
        this.dropBefore(this.#points.times[Math.ceil(this.#points.times.length / 2)] ?? 0);
        return;
      }
      this.#joinedByMs = coarser;
      this.#points = foldPoints(this.#points, (time) => this.#startOf(time));
    }
  }
}
