import type { Logger } from 'pino';

export interface Part {
  readonly name: string;
  /** Resolves after a clean stop, rejects when the part failed for good. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/**
 * Runs parts side by side, and stops them one after the other from the last to the first: name what others build upon
 * first. When one ends or fails by itself all are stopped; the first failure is thrown in the end.
 */
export async function runStack(parts: readonly Part[], signal: AbortSignal, logger: Logger): Promise<void> {
  const running = parts.map((part) => {
    const controller = new AbortController();
    return { part, controller, ended: part.run(controller.signal) };
  });
  // Observed below, in order; until then a failure must not count as unhandled.
  for (const { ended } of running) ended.catch(() => undefined);

  await Promise.race([aborted(signal), ...running.map(({ ended }) => ended.catch(() => undefined))]);
  let failure: { error: unknown } | undefined;
  for (const { part, controller, ended } of running.toReversed()) {
    controller.abort();
    const startedAt = performance.now();
    try {
      await ended;
    } catch (error) {
      logger.error({ part: part.name, err: error }, 'part failed');
      failure ??= { error };
    }
    logger.debug({ part: part.name, ms: Math.round(performance.now() - startedAt) }, 'stopped');
  }
  if (failure !== undefined) throw failure.error;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
