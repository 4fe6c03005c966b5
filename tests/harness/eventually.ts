import { vi } from 'vitest';

/** What a busy machine may need. */
export const PATIENCE = { timeout: 30_000, interval: 5 };

/** Asks again and again until `ask` no longer throws; throws its last error after 30 seconds. */
export function eventually<T>(ask: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(ask, PATIENCE);
}
