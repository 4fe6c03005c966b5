import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { listenTo, type NotificationHandlers } from '../../store/notifications.js';
import type { Pool } from '../../store/pool.js';

export interface ListeningOptions extends NotificationHandlers {
  readonly channels: readonly string[];
  /** The connection is gone; it is made anew. */
  readonly onLost?: () => void;
  readonly logger: Logger;
}

const BACKOFF_MIN_MS = 200;
const BACKOFF_MAX_MS = 10_000;

/** Listens to notifications until the signal aborts; a connection that is lost is made anew, with backoff and jitter. */
export async function keepListening(
  pool: Pool,
  options: ListeningOptions,
  signal: AbortSignal,
): Promise<void> {
  let backoffMs = BACKOFF_MIN_MS;
  let isTold = false;
  const handlers: NotificationHandlers = {
    onListening: () => {
      backoffMs = BACKOFF_MIN_MS;
      isTold = false;
      options.onListening();
    },
    onNotification: (channel, payload) => options.onNotification(channel, payload),
  };
  while (!signal.aborted) {
    try {
      await listenTo(pool, options.channels, handlers, signal);
    } catch (error) {
      options.onLost?.();
      // Once an outage: a database that is down for an hour is no thousand lines.
      if (!isTold) options.logger.warn({ err: error }, 'not listening to notifications, trying again');
      isTold = true;
      await delay(backoffMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
    }
  }
}
