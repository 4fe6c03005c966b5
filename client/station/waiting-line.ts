import { thinOut, type Sheddable } from './shedding.js';

/** Something that waits in line. */
export interface Waiting extends Sheddable {
  /** So many later ones go first. */
  overtakenBy: number;
}

/** Messages that wait, in the order of leaving. */
export class WaitingLine<T extends Waiting> {
  #line: T[] = [];
  /** To be overtaken by others before they stand in line. */
  #overtaken: T[] = [];

  get size(): number {
    return this.#line.length + this.#overtaken.length;
  }

  get all(): readonly T[] {
    return [...this.#line, ...this.#overtaken];
  }

  /** Who leaves next; undefined when nobody stands in line. */
  get next(): T | undefined {
    return this.#line[0];
  }

  add(item: T): void {
    if (item.overtakenBy > 0) {
      this.#overtaken.push(item);
      return;
    }
    this.#line.push(item);
    if (this.#overtaken.length === 0) return;
    for (const each of this.#overtaken) each.overtakenBy--;
    this.#line.push(...this.#overtaken.filter(({ overtakenBy }) => overtakenBy <= 0));
    this.#overtaken = this.#overtaken.filter(({ overtakenBy }) => overtakenBy > 0);
  }

  /** Goes before all others: it was on its way already. */
  putBack(item: T): void {
    this.#line.unshift(item);
  }

  take(): T | undefined {
    return this.#line.shift();
  }

  /** Nobody will overtake any more. */
  releaseOvertaken(): void {
    this.#line.push(...this.#overtaken.splice(0));
  }

  /** Thins out what waits to `maxBytes`; the answer is what was given up. */
  shed(maxBytes: number): Iterable<T> {
    const shed = thinOut(this.#line, maxBytes);
    if (shed.size > 0) this.#line = this.#line.filter((item) => !shed.has(item));
    return shed;
  }

  clear(): void {
    this.#line = [];
    this.#overtaken = [];
  }
}
