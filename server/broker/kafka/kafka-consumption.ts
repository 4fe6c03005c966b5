import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { backoffMs, pause } from '../deadline.js';
import type { StoredPosition } from '../message-log.js';
import type { PartitionAssignment } from '../partition-assignment.js';
import { asUnavailable, isTopicMissing, isTransient, messageOf } from './kafka-errors.js';
import { kafkaRefusalOf } from './kafka-refusals.js';
import { KafkaSession, type KafkaSessionOptions } from './kafka-session.js';

/**
 * Consumes a topic as a member of a group, in sessions: a new one begins after a crash that may pass, or when partitions
 * got stuck.
 */
export class KafkaConsumption {
  readonly #options: KafkaSessionOptions;
  readonly #assignments = new Map<number, PartitionAssignment>();
  #session: KafkaSession | undefined;
  /** Brokers have let this client in before. */
  #joinedBefore = false;

  constructor(options: KafkaSessionOptions) {
    this.#options = options;
  }

  /** Resolves when the signal has aborted and all is left. Rejects when the log fails for good. */
  async run(): Promise<void> {
    const { logger, consumption } = this.#options;
    const { signal } = consumption;
    await this.#topicExists();
    for (let failures = 0; !signal.aborted;) {
      const session = new KafkaSession(this.#options, this.#assignments);
      this.#session = session;
      const end = await session.run();
      this.#session = undefined;
      this.#joinedBefore ||= session.joined;
      if (end.why === 'failed') throw end.error;
      if (end.why === 'rejoin') {
        logger.warn({ reason: end.reason }, 'left the consumer group, joining it anew');
        this.#options.metrics.rejoins.inc({ reason: end.reason });
      }
      if (end.why === 'crashed') {
        if (isTopicMissing(end.error)) await this.#topicExists();
        else if (kafkaRefusalOf(end.error) !== undefined) {
          const refused = asUnavailable("Kafka can't be consumed", end.error);
          if (!this.#joinedBefore) throw refused;
          logger.error({ err: refused }, 'Kafka does not let us in');
        } else if (!isTransient(end.error)) {
          throw new MeterpulseError('LOG_CONSUMER_FAILED', `Kafka consumer: ${messageOf(end.error)}`, {
            cause: end.error,
          });
        }
        failures = session.joined ? 0 : failures + 1;
        logger.warn({ err: end.error }, `consuming from Kafka was interrupted: ${messageOf(end.error)}`);
        this.#options.metrics.rejoins.inc({ reason: 'interrupted' });
        await pause(backoffMs(failures), signal);
      }
    }
  }

  async report(positions: readonly StoredPosition[]): Promise<void> {
    await this.#session?.report(positions);
  }

  rejoin(): void {
    this.#session?.reclaim();
  }

  /**
   * Waits out an outage. Rejects with LOG_TOPIC_MISSING, and with LOG_UNAVAILABLE where brokers refuse this client: at the start
   * that is a mistake, which somebody has to hear of. Later a password or a certificate may be about to be renewed.
   */
  async #topicExists(): Promise<void> {
    const { admin, logger, consumption } = this.#options;
    for (let attempt = 0; !consumption.signal.aborted; attempt++) {
      try {
        await admin.partitionCount();
        return;
      } catch (error) {
        if (error instanceof MeterpulseError && !error.canRetry) throw error;
        if (!this.#joinedBefore && kafkaRefusalOf(error) !== undefined) throw error;
        logger.warn({ err: error }, 'Kafka is unavailable, trying again');
        await pause(backoffMs(attempt), consumption.signal);
      }
    }
  }
}
