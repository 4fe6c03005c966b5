import { setTimeout as sleep } from 'node:timers/promises';
import { fullJitterMs } from '../../helpers/backoff.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

const BACKOFF = { baseMs: 200, capMs: 5_000 };

/** Waits `ms`; rejects with the signal's reason when it aborts before. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (ms, signal) => sleep(ms, undefined, { signal });

export interface RetryOptions {
  /** Gives up by rejecting. */
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Called before each wait. */
  readonly onFailure: (error: MeterpulseError, attempt: number) => void;
}

/** Tries until it succeeds, with full-jitter backoff from 0.2 to 5 s; errors that a retry can't help are passed on. */
export async function retryForever<T>(operation: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof MeterpulseError) || !error.canRetry || error.code === 'OWNERSHIP_LOST')
        throw error;
      options.onFailure(error, attempt);
      await options.wait(fullJitterMs(attempt, BACKOFF, Math.random), options.signal);
    }
  }
}
