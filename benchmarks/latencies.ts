import { quantile } from './statistics.js';

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function summary(milliseconds: readonly number[]): Latencies {
  return {
    count: milliseconds.length,
    p50Ms: quantile(milliseconds, 0.5),
    p99Ms: quantile(milliseconds, 0.99),
  };
}

/**
 * Calls `send` at a steady rate, with the time at which it was due: what the machine holds up counts as waiting, it doesn't
 * make the load pause. Resolves after `forMs`.
 */
export function atRate(
  perSecond: number,
  forMs: number,
  send: (index: number, dueAt: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  const total = Math.floor((forMs / 1_000) * perSecond);
  let index = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      for (;;) {
        const dueAt = startedAt + (index * 1_000) / perSecond;
        if (index >= total || dueAt > performance.now()) break;
        send(index++, dueAt);
      }
      if (index < total) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}
