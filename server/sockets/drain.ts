import { setTimeout as delay } from 'node:timers/promises';

export interface DrainClock {
  /** Monotonic, ms. */
  now(): number;
  wait(ms: number): Promise<unknown>;
}

const STEP_MS = 20;
/** How many times its rate a drain may go that was held up, so that catching up makes no burst of its own. */
const CATCH_UP = 1.25;
/** Of a longer gap between two steps no more than this is made good at once, ms. */
const LONGEST_GAP_MS = 100;
/** A drain that is held up again and again closes what is left after so many times its time. */
const LATEST = 1.5;

const REAL: DrainClock = { now: () => performance.now(), wait: (ms) => delay(ms) };

/**
 * Calls `close` for each socket, evenly over `drainMs`: a restart must not make all clients come back in one second. In no
 * second more than 1.25 times the even share and one, also when the process is held up. Resolves after the last call.
 */
export async function drainEvenly<T>(
  sockets: readonly T[],
  drainMs: number,
  close: (socket: T) => void,
  clock: DrainClock = REAL,
): Promise<void> {
  const startedAt = clock.now();
  const perMs = sockets.length / Math.max(drainMs, 1);
  let steppedAt = startedAt;
  let allowed = 0;
  for (let next = 0; next < sockets.length;) {
    if (drainMs > 0) await clock.wait(STEP_MS);
    const now = clock.now();
    const planned = Math.min(sockets.length, (now - startedAt) * perMs);
    allowed = Math.min(planned, allowed + CATCH_UP * perMs * Math.min(LONGEST_GAP_MS, now - steppedAt));
    steppedAt = now;
    const isOver = drainMs === 0 || now - startedAt >= LATEST * drainMs;
    // What is a whole number but for the rounding of sums is that number.
    const due = isOver ? sockets.length : Math.floor(allowed + 1e-6);
    while (next < due) close(sockets[next++] as T);
  }
}
