import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  /** How long from the first attempt on, ms; 0: one attempt. */
  readonly waitMs: number;
  /** Whether time may mend this. */
  readonly mayPass: (error: unknown) => boolean;
  /** Told before each pause, of which there are at most one a second. */
  readonly onWait: (error: unknown) => void;
  /** For tests. */
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
}

const PAUSE_MS = 1_000;

/** Tries again, a second after each failure that may pass, until time is up; then rejects with the last failure. */
export async function withPatience<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { waitMs, mayPass, onWait, pause = delay, now = () => performance.now() } = patience;
  const until = now() + waitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const left = until - now();
      if (left <= 0 || !mayPass(error)) throw error;
      onWait(error);
      await pause(Math.min(PAUSE_MS, left));
    }
  }
}
