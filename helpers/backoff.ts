import type { Random } from './seeded-random.js';

export interface BackoffLimits {
  /** Upper bound of the first wait, ms. */
  readonly baseMs: number;
  /** Upper bound of every wait, ms. */
  readonly capMs: number;
}

/**
 * Full-jitter exponential backoff: a random wait from 0 to base x 2^attempt, at most the cap, so that many clients that
 * lost the same server don't return in the same instant. `attempt` counts from 0. Whole milliseconds.
 */
export function fullJitterMs(attempt: number, limits: BackoffLimits, random: Random): number {
  // 2^31 and up adds nothing: any cap is reached long before.
  const ceiling = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(Math.max(attempt, 0), 31));
  return Math.floor(random() * (ceiling + 1));
}
