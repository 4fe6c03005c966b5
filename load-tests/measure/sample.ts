import type { HistogramData } from './histogram.js';
import type { Counter, Time } from './measures.js';

/** What one thread of Artillery counted and timed in a second: a line of its file. */
export interface Sample {
  /** End of that second, ms since 1970 UTC. */
  readonly at: number;
  readonly counters: Partial<Readonly<Record<Counter, number>>>;
  readonly times: Partial<Readonly<Record<Time, HistogramData>>>;
  /** Texts of errors, and how often; the first few kinds only. */
  readonly errors: Readonly<Record<string, number>>;
}
