import type pg from 'pg';
import { DatabaseClient } from './database-client.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface NotificationHandlers {
  /** Listening has begun: look for what came before, nobody tells of it any more. */
  onListening(): void;
  onNotification(channel: string, payload: string): void;
}

/** An idle connection that a firewall forgot says nothing: it is asked this often, ms. */
const PROBE_EVERY_MS = 30_000;
const PROBE_TIMEOUT_MS = 10_000;

/**
 * Listens on a connection of its own, beside those of the pool, until the signal aborts (resolves) or the connection is
 * lost (rejects with DATABASE_UNAVAILABLE): the caller listens anew, and looks by itself meanwhile.
 *
 * @param channels names of channels, known to be plain identifiers.
 */
export async function listenTo(
  pool: Pool,
  channels: readonly string[],
  handlers: NotificationHandlers,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  // Its declarations leave out what the documentation has.
  const client = new DatabaseClient(pool.options) as DatabaseClient & { unref(): void };
  let stop: () => void = () => undefined;
  let probing: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = resolve;
      signal.addEventListener('abort', stop, { once: true });
      client.on('error', reject);
      client.on('end', () => reject(new Error('Connection terminated')));
      client.on('notification', ({ channel, payload }) => handlers.onNotification(channel, payload ?? ''));
      const ask = (text: string): Promise<unknown> =>
        client.query({ text, query_timeout: PROBE_TIMEOUT_MS } as pg.QueryConfig);
      client
        .connect()
        .then(() => ask(channels.map((channel) => `listen ${channel}`).join('; ')))
        .then(() => {
          probing = setInterval(() => void ask('select 1').catch(reject), PROBE_EVERY_MS);
          handlers.onListening();
        })
        .catch(reject);
    });
  } catch (error) {
    throw asOutage(error);
  } finally {
    clearInterval(probing);
    signal.removeEventListener('abort', stop);
    // A server that hangs must not hold the end of the process up.
    client.unref();
    void client.end().catch(() => undefined);
  }
}
