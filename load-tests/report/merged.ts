import { Histogram } from '../measure/histogram.js';
import { isCounter, isTime, type Counter, type Time } from '../measure/measures.js';
import type { Sample } from '../measure/sample.js';

/** Counts and times of several threads, processes or seconds, added up. */
export class Merged {
  readonly counters: Partial<Record<Counter, number>> = {};
  readonly times: Partial<Record<Time, Histogram>> = {};
  readonly errors: Record<string, number> = {};

  add({ counters, times, errors }: Omit<Sample, 'at'>): void {
    for (const [name, by] of Object.entries(counters))
      if (isCounter(name)) this.counters[name] = this.count(name) + by;
    for (const [name, data] of Object.entries(times))
      if (isTime(name)) (this.times[name] ??= new Histogram()).merge(data);
    for (const [text, by] of Object.entries(errors)) this.errors[text] = (this.errors[text] ?? 0) + by;
  }

  addAll({ counters, times, errors }: Merged): void {
    const data = Object.entries(times).map(([name, histogram]) => [name, histogram.toJSON()] as const);
    this.add({ counters, times: Object.fromEntries(data), errors });
  }

  count(name: Counter): number {
    return this.counters[name] ?? 0;
  }

  time(name: Time): Histogram {
    return this.times[name] ?? new Histogram();
  }

  /** Sockets that are open at its end, if it began with none. */
  get open(): number {
    const ended = this.count('sockets.closed') + this.count('sockets.lost') + this.count('slow.closed');
    return this.count('sockets.opened') - ended;
  }

  /** `readings.latency.p99`, `readings.refused`: its value, 0 where nothing was counted; null: no such time was taken. */
  measure(name: string): number | null {
    if (isCounter(name)) return this.count(name);
    const at = name.lastIndexOf('.');
    const time = name.slice(0, at);
    if (!isTime(time)) return null;
    const quantiles = this.time(time).quantiles();
    if (quantiles.count === 0) return null;
    const values: Readonly<Record<string, number>> = { ...quantiles };
    return values[name.slice(at + 1)] ?? null;
  }
}
