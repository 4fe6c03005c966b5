import type { Logger } from 'pino';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { backoffMs, pause } from '../deadline.js';
import type { WakeUp } from './wake-up.js';

export interface RepeatOptions {
  readonly everyMs: number;
  /** Ends the sleep before its time. Whoever aborts the signal wakes the sleeper too. */
  readonly wakeUp: WakeUp;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Until the signal aborts: the work, then a sleep. Outages are logged and waited out; rejects with any other error. */
export async function repeat(options: RepeatOptions, work: () => Promise<void>): Promise<void> {
  const { everyMs, wakeUp, signal, logger } = options;
  for (let failures = 0; !signal.aborted;) {
    try {
      await work();
      failures = 0;
      await wakeUp.sleep(everyMs);
    } catch (error) {
      if (!(error instanceof MeterpulseError) || !error.canRetry) throw error;
      logger[failures === 0 ? 'warn' : 'debug']({ err: error }, `the inbox is unavailable: ${error.message}`);
      await pause(backoffMs(failures++), signal);
    }
  }
}
