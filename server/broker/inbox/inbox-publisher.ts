import type { Logger } from 'pino';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { appendToInbox, type InboxEntry } from '../../../store/inbox-append.js';
import { countInboxPartitions } from '../../../store/inbox-setup.js';
import type { Pool } from '../../../store/pool.js';
import { backoffMs, pause, TIMED_OUT, within } from '../deadline.js';
import type { LogMessage } from '../message-log.js';
import { MessagesTooLargeError } from '../messages-too-large-error.js';
import type { LogMetrics } from '../metrics.js';
import { partitionOfKey } from './partition-of-key.js';

export interface InboxPublisherOptions {
  readonly pool: Pool;
  readonly publishTimeoutMs: number;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
}

/** As on Kafka, so that a message that one log takes the other takes too. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Payloads travel as hexadecimal text: twice their size. */
const MAX_BYTES_PER_WRITE = MAX_MESSAGE_BYTES;
const MAX_MESSAGES_PER_WRITE = 2_000;

export class InboxPublisher {
  readonly #options: InboxPublisherOptions;
  #partitions: number | undefined;
  #closed = false;

  constructor(options: InboxPublisherOptions) {
    this.#options = options;
  }

  /** Resolves when all are committed. Rejects with LOG_UNAVAILABLE or {@link MessagesTooLargeError}. */
  async publish(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { metrics, publishTimeoutMs } = this.#options;
    const started = performance.now();
    const deadline = started + publishTimeoutMs;
    try {
      const encoded = messages.map(({ key, value }) => ({ key, payload: Buffer.from(value) }));
      const fitting = encoded.filter(({ payload }) => payload.length <= MAX_MESSAGE_BYTES);
      for (const write of split(fitting)) await this.#writeUntil(deadline, write);
      metrics.messages.inc({ outcome: 'published' }, fitting.length);
      if (fitting.length < encoded.length) {
        metrics.messages.inc({ outcome: 'too_large' }, encoded.length - fitting.length);
        throw new MessagesTooLargeError(
          encoded.flatMap(({ payload }, index) => (payload.length > MAX_MESSAGE_BYTES ? [index] : [])),
          MAX_MESSAGE_BYTES,
        );
      }
    } catch (error) {
      if (!(error instanceof MessagesTooLargeError)) {
        metrics.messages.inc({ outcome: 'unavailable' }, messages.length);
      }
      throw error;
    } finally {
      metrics.publishSeconds.observe((performance.now() - started) / 1000);
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #writeUntil(deadline: number, entries: readonly Omit<InboxEntry, 'partition'>[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.#closed) throw new Error('the log is closed');
        const written = await within(Math.max(deadline - performance.now(), 1), this.#write(entries));
        if (written === TIMED_OUT) throw new Error('no answer in time');
        return;
      } catch (error) {
        const wait = backoffMs(attempt, 1_000);
        const hopeless = !(error instanceof MeterpulseError) || !error.canRetry;
        if (hopeless || performance.now() + wait >= deadline) throw unavailable(error);
        this.#options.logger.debug({ err: error, attempt }, `a write to the inbox failed: ${error.message}`);
        await pause(wait);
      }
    }
  }

  async #write(entries: readonly Omit<InboxEntry, 'partition'>[]): Promise<void> {
    const { pool } = this.#options;
    const partitions = (this.#partitions ??= await countInboxPartitions(pool));
    const written = await appendToInbox(
      pool,
      entries.map(({ key, payload }) => ({ partition: partitionOfKey(key, partitions), key, payload })),
    );
    if (written === entries.length) return;
    this.#partitions = undefined;
    throw new MeterpulseError('LOG_UNAVAILABLE', 'the inbox has lost partitions');
  }
}

function unavailable(error: unknown): MeterpulseError {
  const reason = error instanceof Error ? error.message : String(error);
  return new MeterpulseError('LOG_UNAVAILABLE', `the inbox does not take messages: ${reason}`, {
    cause: error,
    ...(error instanceof MeterpulseError ? { remedy: error.remedy } : {}),
  });
}

function* split<T extends { readonly payload: Buffer }>(entries: readonly T[]): Generator<T[]> {
  let write: T[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const full =
      write.length === MAX_MESSAGES_PER_WRITE || bytes + entry.payload.length > MAX_BYTES_PER_WRITE;
    if (write.length > 0 && full) {
      yield write;
      write = [];
      bytes = 0;
    }
    write.push(entry);
    bytes += entry.payload.length;
  }
  if (write.length > 0) yield write;
}
