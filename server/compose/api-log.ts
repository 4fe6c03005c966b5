import { createPool, type Pool } from '../../store/pool.js';
import type { LogMessage, MessageLog } from '../broker/message-log.js';
import type { RoleContext } from './role-context.js';
import type { Services } from './services.js';

interface OpenLog {
  readonly log: MessageLog;
  /** Of the inbox; null with Kafka. */
  readonly pool: Pool | null;
}

/** Re-driving comes a request at a time. */
const POOL_MAX = 2;

/**
 * The message log of an API that runs alone. Most of these only ever read: the log's client is loaded with the first
 * message, and connects with it.
 */
export class ApiLog {
  private opened: Promise<OpenLog> | undefined;

  constructor(
    private readonly context: RoleContext,
    private readonly services: Services,
  ) {}

  /** As {@link MessageLog.publish}. */
  async publish(messages: readonly LogMessage[]): Promise<void> {
    this.opened ??= this.open();
    const { log } = await this.opened;
    await log.publish(messages);
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return;
    const { log, pool } = await this.opened;
    await log.close();
    await pool?.end();
  }

  private async open(): Promise<OpenLog> {
    const { databaseUrl, kafkaBrokers } = this.services;
    const { createMessageLog } = await import('./message-log.js');
    if (kafkaBrokers !== null) {
      const noPool = (): never => {
        throw new Error('Kafka needs no pool');
      };
      return { log: await createMessageLog(this.context, kafkaBrokers, noPool), pool: null };
    }
    const pool = createPool({
      url: databaseUrl,
      max: POOL_MAX,
      applicationName: 'meterpulse-api-log',
      registry: this.context.registry,
    });
    return { log: await createMessageLog(this.context, null, () => pool), pool };
  }
}
