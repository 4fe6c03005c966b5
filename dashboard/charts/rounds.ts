import { signal, type ReadonlySignal } from '@preact/signals';

export interface RoundsOptions {
  /** At most one round in this time, however often it is asked for. */
  readonly everyMs: number;
  /** After this long without being asked for: one more, since what fell silent has changed, too. Default: none. */
  readonly quietMs?: number;
}

/** Counts when something is to be loaded again, for what isn't told live but changes with what is. Nothing is polled. */
export class Rounds {
  readonly #round = signal(0);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #quiet: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: RoundsOptions) {}

  get round(): ReadonlySignal<number> {
    return this.#round;
  }

  /** Something has happened: a round within `everyMs`. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.next(), this.options.everyMs);
    if (this.options.quietMs === undefined) return;
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.next(), this.options.quietMs);
  }

  /** At once. */
  next(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#round.value += 1;
  }

  close(): void {
    for (const timer of [this.#timer, this.#quiet]) if (timer !== null) clearTimeout(timer);
    this.#timer = this.#quiet = null;
  }
}
