/** Time, so that tests can make it. */
export interface Clock {
  /** ms since 1970 UTC. */
  now(): number;
  /** ms on a clock that never goes back; for latencies. */
  elapsed(): number;
  /** Calls `action` once after `ms`; the answer cancels it. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
