import type { Answer } from './message.js';

/** Latencies remembered for the percentiles: the newest ones. */
const REMEMBERED = 1_000;

export interface TallySums {
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Times the server asked for a message again. */
  readonly retried: number;
  readonly unanswered: number;
  readonly discarded: number;
  /** ms, of the newest answers; null without any. */
  readonly latencyMs: {
    readonly min: number;
    readonly median: number;
    readonly p95: number;
    readonly max: number;
  } | null;
}

/** Counts what became of each message. */
export class Tally {
  #sent = 0;
  #retried = 0;
  readonly #verdicts = { accepted: 0, rejected: 0, unanswered: 0, discarded: 0 };
  readonly #latencies: number[] = [];

  sent(): void {
    this.#sent++;
  }

  retried(latencyMs: number): void {
    this.#retried++;
    this.#note(latencyMs);
  }

  answered({ verdict, latencyMs }: Answer): void {
    this.#verdicts[verdict]++;
    if (latencyMs !== null) this.#note(latencyMs);
  }

  sums(): TallySums {
    return { sent: this.#sent, retried: this.#retried, ...this.#verdicts, latencyMs: this.#percentiles() };
  }

  #note(latencyMs: number): void {
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > REMEMBERED) this.#latencies.shift();
  }

  #percentiles(): TallySums['latencyMs'] {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    if (sorted.length === 0) return null;
    const at = (share: number): number =>
      rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? sorted[0] ?? 0);
    return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
  }
}

/** To a tenth of a millisecond: more digits tell nothing. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
