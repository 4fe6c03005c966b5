import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { countInboxPartitions, inboxIdentity } from '../../../store/inbox-setup.js';
import type { Pool } from '../../../store/pool.js';
import type { Consumption, LogMessage, MessageLog, StoredPosition } from '../message-log.js';
import { createLogMetrics, type LogMetrics } from '../metrics.js';
import { asLogError } from './as-log-error.js';
import { InboxConsumption } from './inbox-consumption.js';
import { InboxPublisher } from './inbox-publisher.js';

export interface InboxMessageLogOptions {
  /** Stays the caller's to end. A consumption keeps one of its connections. */
  readonly pool: Pool;
  /** Name under which the positions of this log are stored. */
  readonly topic: string;
  /** What is not committed by then is LOG_UNAVAILABLE. */
  readonly publishTimeoutMs: number;
  /** How long stored records stay readable. */
  readonly retentionMs: number;
  /** A partition with lag that delivers nothing for this long is claimed anew. */
  readonly stallMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** The message log in PostgreSQL: nothing else is needed. */
export class InboxMessageLog implements MessageLog {
  readonly #options: InboxMessageLogOptions;
  readonly #metrics: LogMetrics;
  readonly #publisher: InboxPublisher;
  #consumption: InboxConsumption | undefined;

  constructor(options: InboxMessageLogOptions) {
    this.#options = options;
    this.#metrics = createLogMetrics(options.registry);
    this.#publisher = new InboxPublisher({ ...options, metrics: this.#metrics });
  }

  publish(messages: readonly LogMessage[]): Promise<void> {
    return this.#publisher.publish(messages);
  }

  async consume(consumption: Consumption): Promise<void> {
    if (this.#consumption !== undefined) throw new Error('one consumption an instance');
    this.#consumption = new InboxConsumption({ ...this.#options, metrics: this.#metrics, consumption });
    await this.#consumption.run();
  }

  /** For the lag's metric; the store's position is what trimming goes by. */
  reportStored(positions: readonly StoredPosition[]): Promise<void> {
    this.#consumption?.report(positions);
    return Promise.resolve();
  }

  rejoin(): void {
    this.#consumption?.rejoin();
  }

  /** Rejects with LOG_UNAVAILABLE, or DATABASE_NOT_MIGRATED. */
  async ping(): Promise<void> {
    await this.partitionCount();
  }

  identity(): Promise<string> {
    return asLogError(inboxIdentity(this.#options.pool));
  }

  incarnation(): Promise<null> {
    return Promise.resolve(null);
  }

  partitionCount(): Promise<number> {
    return asLogError(countInboxPartitions(this.#options.pool));
  }

  close(): Promise<void> {
    this.#publisher.close();
    return Promise.resolve();
  }
}
