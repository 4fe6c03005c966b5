import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/**
 * Asks again and again until the answer is neither false, null nor undefined, and returns it. Throws naming `what` when
 * that takes longer than `timeoutMs`, with the last error asked into.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 120_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as NonNullable<Exclude<T, false>>;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}`, { cause: last });
    }
    await delay(POLL_MS);
  }
}
