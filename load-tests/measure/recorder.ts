import { closeSync, openSync, writeSync } from 'node:fs';
import { Histogram } from './histogram.js';
import type { Counter, Time } from './measures.js';
import type { Sample } from './sample.js';

/** Artillery's own metrics, which it prints while it runs. */
export interface Metrics {
  emit(type: 'counter' | 'histogram', name: string, value: number): unknown;
}

/** Kinds of errors that are told apart; others are "other". */
const ERROR_KINDS = 50;

/** Counts and times of one thread: to Artillery's metrics, and second by second to a file that can be merged with others. */
export class Recorder {
  readonly #file: number;
  readonly #kinds = new Set<string>();
  #counters: Partial<Record<Counter, number>> = {};
  #times: Partial<Record<Time, Histogram>> = {};
  #errors: Record<string, number> = {};

  constructor(
    path: string,
    private readonly metrics: Metrics,
  ) {
    this.#file = openSync(path, 'a');
  }

  count(name: Counter, by = 1): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + by;
    this.metrics.emit('counter', name, by);
  }

  time(name: Time, ms: number): void {
    (this.#times[name] ??= new Histogram()).add(ms);
    this.metrics.emit('histogram', name, ms);
  }

  error(text: string): void {
    const short = text.slice(0, 120);
    const kind = this.#kinds.has(short) || this.#kinds.size < ERROR_KINDS ? short : 'other';
    this.#kinds.add(kind);
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    this.metrics.emit('counter', `errors.${kind}`, 1);
  }

  /** Writes what came since the last time; nothing where nothing did. */
  flush(): void {
    if ([this.#counters, this.#times, this.#errors].every((each) => Object.keys(each).length === 0)) return;
    const times = Object.fromEntries(
      Object.entries(this.#times).map(([name, each]) => [name, each.toJSON()]),
    );
    const sample: Sample = { at: Date.now(), counters: this.#counters, times, errors: this.#errors };
    [this.#counters, this.#times, this.#errors] = [{}, {}, {}];
    writeSync(this.#file, `${JSON.stringify(sample)}\n`);
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
