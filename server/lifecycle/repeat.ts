import { setTimeout as delay } from 'node:timers/promises';

/** Runs a task at once and then every so often until the signal aborts. A failed run is told and tried again next time. */
export async function repeat(
  task: () => Promise<void>,
  options: { readonly everyMs: number; readonly onError: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await task().catch(options.onError);
    await delay(options.everyMs, undefined, { signal }).catch(() => undefined);
  }
}
