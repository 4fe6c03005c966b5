import { onTestFinished } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { InboxMessageLog } from '../../server/broker/inbox/inbox-message-log.js';
import type { LogMessage } from '../../server/broker/message-log.js';
import { Worker } from '../../server/worker/worker.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startGateway } from './gateway.js';
import { createTestDatabase } from './postgres.js';
import { urlOfPart } from './role-logins.js';

const TOPIC = 'meter-readings';
const DAY_MS = 86_400_000;

export interface Pipeline {
  /** Of the gateway: `ws://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  /** Of worker, log and store. */
  readonly registry: Registry;
  readonly log: { publish(messages: readonly LogMessage[]): Promise<void> };
  /** From now on nobody hears that a message is durable, though it is; the returned function ends that. */
  holdAnswers(): () => void;
}

/** Gateway, inbox, worker and a database of their own, in this process; all ended when the test is. */
export async function startPipeline(): Promise<Pipeline> {
  const database = await createTestDatabase({ migrated: true });
  const pool = createPool({ url: database.url, max: 8, applicationName: 'pipeline-test' });
  await ensureInbox(pool, { partitions: 2 });
  const [ofGateway, ofWorker] = (['gateway', 'worker'] as const).map((part) =>
    createPool({ url: urlOfPart(database.url, part), max: 8, applicationName: 'pipeline-test' }),
  ) as [Pool, Pool];
  const shared = { topic: TOPIC, logger: pino({ level: 'silent' }), registry: new Registry() };
  const inboxOf = (part: Pool, registry: Registry): InboxMessageLog =>
    new InboxMessageLog({
      ...{ ...shared, pool: part, registry, publishTimeoutMs: 10_000, retentionMs: DAY_MS, stallMs: 20_000 },
    });
  const inbox = inboxOf(ofGateway, new Registry());
  const consumed = inboxOf(ofWorker, shared.registry);
  let hold: Promise<void> = Promise.resolve();
  const log = {
    async publish(messages: readonly LogMessage[]): Promise<void> {
      await inbox.publish(messages);
      await hold;
    },
  };
  const worker = new Worker({
    ...{ log: consumed, maxRows: 1_000, maxWaitMs: 20, bufferRows: 10_000, stopTimeoutMs: 5_000 },
    sink: new PgReadingSink({
      ...shared,
      pool: ofWorker,
      unknownChargePoints: 'register',
      partitionsMax: 100,
    }),
    limits: { maxAheadMs: DAY_MS, minTimestampMs: Date.UTC(2010, 0) },
    logger: shared.logger,
    registry: shared.registry,
  });
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    await Promise.all([inbox.close(), consumed.close()]);
    await Promise.all([pool.end(), ofGateway.end(), ofWorker.end()]);
    await database.drop();
  });
  // Stops before the rest: what is registered later ends first.
  const { url, port } = await startGateway({}, { log });
  return {
    url,
    port,
    databaseUrl: database.url,
    pool,
    registry: shared.registry,
    log: inbox,
    holdAnswers() {
      let release = (): void => undefined;
      hold = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
}
