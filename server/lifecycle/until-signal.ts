import type { Logger } from 'pino';

export interface StopOptions {
  readonly logger: Logger;
  /** After the first signal, ms until the process ends whether or not everything stopped. */
  readonly stopTimeoutMs: number;
}

const ECHO_MS = 1_000;

/**
 * Runs until SIGTERM or SIGINT aborts the signal and `main` has stopped what it started. A second signal, or the time
 * limit, ends the process at once: what was acknowledged is on the log, so nothing is lost by it.
 */
export async function untilSignal(
  main: (signal: AbortSignal) => Promise<void>,
  options: StopOptions,
): Promise<void> {
  const { logger, stopTimeoutMs } = options;
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let firstAt = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      // A terminal signals the whole group, and npm or a watcher passes the same Ctrl-C on once more.
      if (performance.now() - firstAt < ECHO_MS) return;
      logger.warn({ signal: name }, 'second signal: ending at once');
      process.exit(130);
    }
    firstAt = performance.now();
    logger.info({ signal: name }, 'stopping');
    timer = setTimeout(() => {
      logger.error({ code: 'STOP_TIMED_OUT', stopTimeoutMs }, 'not stopped in time: ending anyway');
      process.exit(1);
    }, stopTimeoutMs);
    controller.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  try {
    await main(controller.signal);
  } finally {
    clearTimeout(timer);
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  }
}
