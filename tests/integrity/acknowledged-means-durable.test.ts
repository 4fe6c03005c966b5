import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaUnavailable, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { expectedOf, type SentMessage } from './oracle.js';
import { IngestClient } from './system/ingest-client.js';
import { startOwnPostgres, type OwnPostgres } from './system/own-postgres.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';
import { expectTable } from './verify.js';
import { messagesOf, SAMPLE } from './workbooks.js';

const PRODUCE = 0;
/** Slow enough that a fault after a quarter of the rows comes in the midst of the replay: four hours in some five seconds. */
const SPEED = '3000x';

const sample = messagesOf(SAMPLE);
const expected = expectedOf(sample);

describe.each(LOGS)('on $log', ({ brokers }) => {
  it('stores what was acknowledged, although every process was killed in the same moment', async () => {
    await withSystem({ brokers }, async (system) => {
      const clients = await Promise.all(
        Array.from({ length: 8 }, () => IngestClient.connect(system.gatewayUrl)),
      );
      sample.forEach((message, index) => clients[index % clients.length]?.send(message));
      const accepted = (): Set<string> =>
        new Set(clients.flatMap(({ answers }) => [...answers.values()].map(({ id }) => id)));
      await until('1,000 messages are acknowledged', () => accepted().size >= 1_000);

      const processes = system.gateway.forked();
      for (const pid of processes) process.kill(pid, 'SIGKILL');
      await Promise.all([system.gateway, ...system.workers].map((role) => role.kill9()));
      await until('the sockets are gone', () => clients.every(({ closedAt }) => closedAt !== null));

      await system.startWorker();
      await system.settled();
      const { readings } = await system.stored();
      const promised = expectedOf(sample.filter(({ id }) => accepted().has(id)));
      expect(promised.readings.size).toBeLessThan(expected.readings.size);
      expectTable(
        'readings that were acknowledged',
        new Map([...readings].filter(([key]) => promised.readings.has(key))),
        promised.readings,
      );
      expectTable(
        'readings that were sent',
        readings,
        new Map([...expected.readings].filter(([key]) => readings.has(key))),
      );
    });
  });
});

describe.skipIf(kafkaUnavailable() !== undefined)('on a Kafka of its own', () => {
  let kafka: KafkaHandle;
  let postgres: OwnPostgres;
  beforeAll(async () => {
    [kafka, postgres] = await Promise.all([startKafka({ proxied: true }), startOwnPostgres()]);
  });
  afterAll(async () => {
    await Promise.all([kafka.stop(), postgres.dispose()]);
  });

  it('never says "accepted" while the log hangs, and takes everything when it goes on', async () => {
    const env = { GATEWAY_PUBLISH_TIMEOUT_MS: '1000' };
    await withSystem({ brokers: kafka.brokers, env }, async (system) => {
      const client = await IngestClient.connect(system.gatewayUrl);
      const [before, ...during] = sample.slice(0, 200) as [SentMessage, ...SentMessage[]];
      client.send(before);
      expect((await client.answerTo(before)).status).toBe('accepted');

      kafka.pause();
      try {
        for (const message of during) client.send(message);
        for (const message of during) expect((await client.answerTo(message)).status).toBe('retry');
      } finally {
        kafka.resume();
      }

      const again = during.map((message) => ({ ...message, id: `again-${message.id}` }));
      await until('every message is accepted when it is sent again', async () => {
        const open = again.filter(({ id }) => client.answers.get(id)?.status !== 'accepted');
        for (const message of open) {
          client.answers.delete(message.id);
          client.send(message);
        }
        for (const message of open) await client.answerTo(message);
        return open.length === 0;
      });
      await system.verify(expectedOf([before, ...during]), { resent: true });
    });
  });

  it('stores what was acknowledged when the broker is killed while clients send, and started again', async () => {
    await withSystem({ brokers: kafka.brokers }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      await kafka.kill();
      await kafka.start();
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
      await system.verify(expected, { resent: true });
    });
  });

  it('stores what was acknowledged when connections to the log are reset after a produce request', async () => {
    const [proxy] = kafka.proxies;
    if (proxy === undefined) throw new Error('no proxy');
    await withSystem({ brokers: kafka.proxiedBrokers, brokersDirectly: kafka.brokers }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      for (const rows of [500, 2_000, 3_500, 5_000]) {
        await replaying.until(rows);
        const resets = proxy.resets;
        proxy.resetAfterRequest(PRODUCE, 3);
        await until('connections were reset', () => proxy.resets === resets + 3);
      }
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
      await system.verify(expected, { resent: true });
    });
  });

  it('acknowledges all the while PostgreSQL is down for ten seconds, and stores it afterwards', async () => {
    await withSystem({ brokers: kafka.brokers, databaseUrl: postgres.url }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      await postgres.stop();
      const stoppedAt = performance.now();
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0, retried: 0 });
      await until('ten seconds have passed', () => performance.now() - stoppedAt >= 10_000);
      await postgres.start();
      await system.verify(expected, { resent: false });
      expect(system.workers.map(({ hasEnded }) => hasEnded)).toEqual([false]);
    });
  });
});
