import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { InboxMessageLog } from '../../server/broker/inbox/inbox-message-log.js';
import { EmbeddedPostgres } from '../../server/embedded/embedded-postgres.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { migrate } from '../../store/migrate.js';
import { createPool, type Pool } from '../../store/pool.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';
import { createTestDatabase } from '../harness/postgres.js';
import { describeMessageLog, numbered, type LogUnderTest } from './message-log.contract.js';

const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const WAIT = { timeout: 60_000, interval: 25 };
const HOUR_MS = 3_600_000;

interface InboxUnderTest extends LogUnderTest {
  readonly pool: Pool;
  open(options?: { publishTimeoutMs?: number; retentionMs?: number; registry?: Registry }): InboxMessageLog;
}

/** Each log has a pool of its own, as each process has. */
async function prepareInbox(
  url: string,
  partitions: number,
  drop: () => Promise<void>,
): Promise<InboxUnderTest> {
  const pools: Pool[] = [];
  const newPool = (): Pool => {
    const pool = createPool({ url, max: 5, applicationName: 'test' });
    pools.push(pool);
    return pool;
  };
  const pool = newPool();
  await ensureInbox(pool, { partitions });
  return {
    pool,
    partitions,
    processArguments: ['inbox', url, 'test-topic'],
    open: (options = {}) =>
      new InboxMessageLog({
        pool: newPool(),
        topic: 'test-topic',
        publishTimeoutMs: options.publishTimeoutMs ?? 15_000,
        retentionMs: options.retentionMs ?? HOUR_MS,
        stallMs: 20_000,
        logger,
        registry: options.registry ?? new Registry(),
      }),
    trim: async () => {
      await pool.query('delete from inbox');
      await pool.query('update inbox_partitions set first_position = next_position');
    },
    memberCount: async () => (await pool.query('select from inbox_members')).rowCount ?? 0,
    drop: async () => {
      await Promise.all(pools.map((each) => each.end()));
      await drop();
    },
  };
}

async function createInbox(partitions: number): Promise<InboxUnderTest> {
  const database = await createTestDatabase({ migrated: true });
  return prepareInbox(database.url, partitions, () => database.drop());
}

describeMessageLog('the inbox', {
  create: ({ partitions }) => createInbox(partitions),
  createForOutage: async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'meterpulse-inbox-'));
    let server = await EmbeddedPostgres.start({ dataDir });
    const { url } = server;
    const port = Number(new URL(url).port);
    await migrate(url);
    const log = await prepareInbox(url, 4, async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    });
    return {
      log,
      kill: async () => {
        process.kill(server.pid, 'SIGKILL');
        await server.whenEnded();
      },
      restart: async () => {
        server = await EmbeddedPostgres.start({ dataDir, port });
      },
    };
  },
});

describe('the inbox', () => {
  it('makes positions visible in their order, whatever the number of publishers', async () => {
    const target = await createInbox(2);
    const consumer = new CollectingConsumer(target.open());
    await vi.waitFor(() => expect(consumer.assigned).toHaveLength(2), WAIT);
    const publishers = Array.from({ length: 8 }, () => target.open());
    await Promise.all(
      publishers.map(async (publisher) => {
        for (let round = 0; round < 25; round++) await publisher.publish(numbered(4, 4));
      }),
    );
    await vi.waitFor(() => expect(consumer.records).toHaveLength(800), WAIT);
    for (const partition of [0, 1]) {
      const offsets = consumer.records
        .filter((record) => record.partition === partition)
        .map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
    await consumer.stop();
    await target.drop();
  });

  it('passes records without a key or a value on', async () => {
    const target = await createInbox(1);
    await target.pool.query('insert into inbox (partition, position) values (0, 0)');
    await target.pool.query('update inbox_partitions set next_position = 1');
    const consumer = new CollectingConsumer(target.open());
    await vi.waitFor(() => expect(consumer.records).toHaveLength(1), WAIT);
    expect(consumer.records[0]).toMatchObject({ offset: 0, key: null, value: null });
    await consumer.stop();
    await target.drop();
  });

  it('refuses a message above 4 MiB, naming it, and writes the others', async () => {
    const target = await createInbox(2);
    const messages = [
      { key: 'CP-1', value: 'first' },
      { key: 'CP-1', value: 'x'.repeat(4 * 1024 * 1024 + 1) },
      { key: 'CP-2', value: 'last' },
    ];
    const registry = new Registry();
    await expect(target.open({ registry }).publish(messages)).rejects.toMatchObject({
      code: 'LOG_MESSAGE_TOO_LARGE',
      indexes: [1],
    });
    const { values } = (await registry.getSingleMetric('meterpulse_log_messages_total')?.get()) ?? {
      values: [],
    };
    const counted = values.filter(({ value }) => value > 0);
    expect(Object.fromEntries(counted.map(({ labels, value }) => [labels['outcome'], value]))).toEqual({
      published: 2,
      too_large: 1,
    });
    const consumer = new CollectingConsumer(target.open());
    await vi.waitFor(() => expect(consumer.values.toSorted()).toEqual(['first', 'last']), WAIT);
    await consumer.stop();
    await target.drop();
  });

  it('forgets what is stored and past retention, and only that', async () => {
    const target = await createInbox(2);
    const log = target.open();
    await log.publish([...numbered(20, 1), ...numbered(20, 1)]);
    const probe = new CollectingConsumer(target.open());
    await vi.waitFor(() => expect(probe.records).toHaveLength(40), WAIT);
    await probe.stop();
    const partition = probe.records[0]?.partition ?? 0;
    await target.pool.query(`update inbox set received_at = now() - interval '2 hours' where position < 30`);
    await target.pool.query(
      'insert into consumer_positions (topic, partition, next_offset) values ($1, $2, 25)',
      ['test-topic', partition],
    );
    const consumer = new CollectingConsumer(target.open({ retentionMs: HOUR_MS }), {
      positions: new Map([[partition, 25]]),
    });
    await vi.waitFor(async () => {
      const { rows } = await target.pool.query<{ low: number; oldest: number; rows: number }>(
        `select first_position as low, (select min(position) from inbox) as oldest,
           (select count(*)::integer from inbox) as rows
         from inbox_partitions where partition = $1`,
        [partition],
      );
      expect(rows[0]).toEqual({ low: 25, oldest: 25, rows: 15 });
    }, WAIT);
    await vi.waitFor(() => expect(consumer.records).toHaveLength(15), WAIT);
    await consumer.stop();
    await target.drop();
  });

  it('is woken by publishers, not by the clock alone', async () => {
    const target = await createInbox(1);
    const consumer = new CollectingConsumer(target.open());
    const log = target.open();
    await log.publish(numbered(1, 1));
    await vi.waitFor(() => expect(consumer.records).toHaveLength(1), WAIT);
    const times: number[] = [];
    for (let round = 2; round < 12; round++) {
      const started = performance.now();
      await log.publish(numbered(1, 1));
      await vi.waitFor(() => expect(consumer.records).toHaveLength(round), { ...WAIT, interval: 1 });
      times.push(performance.now() - started);
    }
    // By polling each would take 500 ms, from one look to the next. A busy machine may hold most of them up.
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(200);
    await consumer.stop();
    await target.drop();
  });

  it('tells that it was not set up', async () => {
    const database = await createTestDatabase({ migrated: true });
    const target = await prepareInbox(database.url, 0, () => database.drop());
    const log = target.open();
    await expect(log.ping()).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });
    await expect(log.publish(numbered(1, 1))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await expect(new CollectingConsumer(log).ended).rejects.toMatchObject({ code: 'DATABASE_NOT_MIGRATED' });
    await target.drop();
  });

  it('keeps its partitions and identity when set up again, adding what is missing', async () => {
    const target = await createInbox(2);
    const log = target.open();
    const identity = await log.identity();
    await log.publish(numbered(10, 3));
    await ensureInbox(target.pool, { partitions: 5 });
    await ensureInbox(target.pool, { partitions: 3 });
    expect(await log.partitionCount()).toBe(5);
    expect(await log.identity()).toBe(identity);
    const consumer = new CollectingConsumer(target.open());
    await vi.waitFor(() => expect(consumer.records).toHaveLength(10), WAIT);
    await consumer.stop();
    await target.drop();
  });
});
