import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaUnavailable, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { expectedOf } from './oracle.js';
import { IngestClient } from './system/ingest-client.js';
import { startOwnPostgres, type OwnPostgres } from './system/own-postgres.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';
import { messagesOf, SAMPLE } from './workbooks.js';

const sample = messagesOf(SAMPLE);
const expected = expectedOf(sample);
const CLEAN = { code: 0, signal: null };
/** Of the operating system and a busy machine, beyond what the configuration grants. */
const MARGIN_MS = 15_000;

describe.each(LOGS)('on $log', ({ brokers }) => {
  it('loses nothing in a rolling restart under load, and every role exits with 0 in its time', async () => {
    const env = { GATEWAY_DRAIN_MS: '1000', STOP_TIMEOUT_MS: '10000' };
    const bound = 1_000 + 10_000 + MARGIN_MS;
    await withSystem({ brokers, workers: 2, env }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: '700x' });
      await replaying.until(1_000);
      for (const worker of [...system.workers]) {
        const rows = replaying.settled();
        expect(await worker.stop(bound)).toEqual(CLEAN);
        await system.startWorker();
        await replaying.until(rows + 500);
      }
      expect(await system.gateway.stop(bound)).toEqual(CLEAN);
      await system.startGateway();
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
      await system.verify(expected, { resent: true });
      const last = [system.gateway, system.api, ...system.workers.slice(2)];
      expect(await Promise.all(last.map((role) => role.stop(bound)))).toEqual(last.map(() => CLEAN));
    });
  });
});

describe.skipIf(kafkaUnavailable() !== undefined)('on services of its own', () => {
  let kafka: KafkaHandle;
  let postgres: OwnPostgres;
  beforeAll(async () => {
    [kafka, postgres] = await Promise.all([startKafka(), startOwnPostgres()]);
  });
  afterAll(async () => {
    await Promise.all([kafka.stop(), postgres.dispose()]);
  });

  it('spreads the closing of its sockets over its drain time, so that clients do not come back in one moment', async () => {
    const drainMs = 2_000;
    const env = { GATEWAY_DRAIN_MS: String(drainMs) };
    await withSystem({ brokers: kafka.brokers, env }, async (system) => {
      const clients = await Promise.all(
        Array.from({ length: 50 }, () => IngestClient.connect(system.gatewayUrl)),
      );
      clients.forEach((client, index) => {
        for (const message of sample.slice(index * 20, index * 20 + 20)) client.send(message);
      });
      await until('every message is answered', () => clients.every(({ answers }) => answers.size === 20));
      const stopped = system.gateway.stop();
      await until('every socket is closed', () => clients.every(({ closedAt }) => closedAt !== null));
      expect(await stopped).toEqual(CLEAN);

      const closes = clients.map(({ closedAt }) => closedAt ?? 0);
      expect(Math.max(...closes) - Math.min(...closes)).toBeGreaterThan(drainMs / 2);
      expect(new Set(clients.map(({ closeCode }) => closeCode))).toEqual(new Set([1012]));
      await system.verify(expectedOf(sample.slice(0, 1_000)), { resent: false });
    });
  });

  it('ends in its time although log and database hang, and loses nothing of what it had not stored', async () => {
    const env = { GATEWAY_DRAIN_MS: '200', STOP_TIMEOUT_MS: '3000', GATEWAY_PUBLISH_TIMEOUT_MS: '60000' };
    const bound = 200 + 3_000 + MARGIN_MS;
    await withSystem({ brokers: kafka.brokers, databaseUrl: postgres.url, env }, async (system) => {
      const [worker] = system.workers;
      const replaying = system.replay(SAMPLE, { speed: '3000x' });
      await replaying.until(1_000);
      postgres.freeze();
      await replaying.until(3_000);
      kafka.pause();
      try {
        const stops = await Promise.all([worker?.stop(bound), system.gateway.stop(bound)]);
        expect(stops.map((end) => end?.signal)).toEqual([null, null]);
      } finally {
        kafka.resume();
        postgres.thaw();
      }
      await Promise.all([system.startGateway(), system.startWorker()]);
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
      await system.verify(expected, { resent: true });
    });
  });
});
