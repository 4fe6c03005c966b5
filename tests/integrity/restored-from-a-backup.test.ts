import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { withAdmin } from '../harness/kafka-topic.js';
import { expectedOf } from './oracle.js';
import { sessionsOf, shuffled } from './sessions.js';
import { takeBaseBackup, type BaseBackup } from './system/base-backup.js';
import { query } from './system/log-ends.js';
import { sendCalls } from './system/ocpp-calls.js';
import { startOwnPostgres, type OwnPostgres } from './system/own-postgres.js';
import type { RoleProcess } from './system/role-process.js';
import type { System } from './system/system.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';
import { messagesOf, SAMPLE } from './workbooks.js';

const SPEED = '3000x';
const ENERGY = '/v1/energy?from=2026-03-10&to=2026-03-11&interval=1h';

const sample = messagesOf(SAMPLE);
const sessions = shuffled(sessionsOf([...new Set(sample.map(({ chargePointId }) => chargePointId))]), 5);

const KAFKA = LOGS.flatMap(({ brokers }) => (brokers === null ? [] : [{ brokers }]));

describe.each(KAFKA)('on Kafka, with a PostgreSQL of its own', ({ brokers }) => {
  let postgres: OwnPostgres;
  beforeAll(async () => {
    postgres = await startOwnPostgres({ settings: ['wal_keep_size=1GB'] });
  });
  afterAll(() => postgres.dispose());

  it('has everything again after an old backup was restored under running roles, and tells everybody who knows better', async () => {
    await withSystem({ brokers, databaseUrl: postgres.url, workers: 2, live: true }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(3_000);
      const backup = await takeBaseBackup(postgres);
      try {
        const inBackup = await storedMessages(system);
        await sendCalls(system.gatewayUrl, sessions);
        expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
        const expected = expectedOf([...sample, ...sessions]);
        await system.verify(expected, { resent: false });
        const before = await remembered(system);
        expect(before.stats).toMatchObject({ messages: { received: sample.length + sessions.length } });
        // Sessions came after it at least: little would be proved if little were lost.
        expect(sample.length + sessions.length - inBackup).toBeGreaterThan(100);

        await destroyAndRestore(postgres, backup);
        await everyRoleEndsAndIsStartedAgain(system);
        await system.verify(expected, { resent: false });
        await expectToBeAsBefore(system, before);

        // The log keeps less than the backup needs: told, and nothing stored behind the gap.
        await endRoles(system);
        await destroyAndRestore(postgres, backup);
        await forgetRecords(brokers, system.topic);
        const [noticed, refused] = [await ended(system, 'worker'), await ended(system, 'worker')];
        expect(noticed).toContain('[DATABASE_RESTORED]');
        expect(refused).toMatch(/stored up to offset \d+, but the log has \d+ to \d+/);
        expect(refused).toContain('[LOG_OFFSET_OUT_OF_RANGE]');
      } finally {
        await backup.dispose();
      }
    });
  });
});

describe.each(KAFKA)('on Kafka', ({ brokers }) => {
  it('skips nothing of a topic that was made anew and has grown beyond where the one before was read to', async () => {
    await withSystem({ brokers }, async (system) => {
      expect(await system.replay(SAMPLE).done).toMatchObject({ acknowledged: 10_000 });
      await system.settled();
      await system.workers[0]?.stop();
      await system.gateway.stop();
      const positions = await system.positions();

      await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [system.topic] }));
      await until('the topic is gone', async () =>
        withAdmin(brokers, async (admin) => !(await admin.listTopics()).includes(system.topic)),
      );
      await system.command('migrate', '--wait', '60');
      await system.startGateway();
      await sendCalls(system.gatewayUrl, sessions);
      expect(await system.replay(SAMPLE).done).toMatchObject({ acknowledged: 10_000 });
      const ends = await system.logEnds();
      for (const [partition, offset] of positions) expect(ends.get(partition)).toBeGreaterThanOrEqual(offset);

      const refused = await ended(system, 'worker');
      expect(refused).toContain('belong to a topic of that name');
      expect(refused).toContain('[LOG_TOPIC_REPLACED]');
      expect(await system.positions()).toEqual(positions);

      await system.command('topic', 'reset', '--yes');
      system.workers = [];
      await system.startWorker();
      await system.verify(expectedOf([...sample, ...sessions, ...sample]), { resent: false });
    });
  });
});

interface Remembered {
  readonly digest: string;
  readonly stats: object;
  readonly etag: string;
  readonly energy: string;
  /** Of the live feed. */
  readonly cursor: string;
}

async function remembered(system: System): Promise<Remembered> {
  const answer = await fetch(`${system.apiUrl}${ENERGY}`);
  const told = await subscribed(system, null);
  return {
    digest: await system.command('digest'),
    stats: await system.stats(),
    etag: answer.headers.get('etag') ?? '',
    energy: await answer.text(),
    cursor: told.findLast((message) => message.changeId !== undefined)?.changeId ?? '',
  };
}

async function expectToBeAsBefore(system: System, before: Remembered): Promise<void> {
  expect(await system.command('digest')).toBe(before.digest);
  expect(await system.stats()).toEqual(before.stats);
  const again = await fetch(`${system.apiUrl}${ENERGY}`, { headers: { 'if-none-match': before.etag } });
  // The same answer, and not because its version was met again by chance.
  expect(again.status).toBe(200);
  expect(await again.text()).toBe(before.energy);
  expect(again.headers.get('etag')).not.toBe(before.etag);
  const told = await subscribed(system, before.cursor);
  expect(told[0]).toMatchObject({ type: 'RESYNC', reason: 'expired' });
  expect(told.map(({ type }) => type)).toContain('INITIAL_DATA');
  const polled = await fetch(`${system.apiUrl}/v1/changes?cursor=${before.cursor}`);
  expect(polled.status).toBe(410);
}

interface Told {
  readonly type: string;
  readonly reason?: string;
  readonly changeId?: string;
  readonly state?: string;
}

/** What a subscriber of everything is told until it is live. */
async function subscribed(system: System, changeId: string | null): Promise<Told[]> {
  const socket = new WebSocket(system.liveUrl);
  await once(socket, 'open');
  const told: Told[] = [];
  socket.on('message', (data: Buffer) => told.push(...(JSON.parse(data.toString()) as Told[])));
  socket.send(
    JSON.stringify({ type: 'SUBSCRIBE', id: 's', filter: {}, ...(changeId === null ? {} : { changeId }) }),
  );
  await until('it is live', () => told.some(({ state }) => state === 'live'));
  socket.terminate();
  return told;
}

async function destroyAndRestore(postgres: OwnPostgres, backup: BaseBackup): Promise<void> {
  await postgres.kill9();
  await backup.restore(postgres);
  await postgres.start();
}

/** As a supervisor does. */
async function everyRoleEndsAndIsStartedAgain(system: System): Promise<void> {
  const roles = [...system.workers, system.api, system.live];
  for (const role of roles) expect(await endOf(role)).toContain('[DATABASE_RESTORED]');
  system.workers = [];
  await Promise.all([system.startWorker(), system.startWorker(), system.startApi(), system.startLive()]);
}

async function endRoles(system: System): Promise<void> {
  await Promise.all([...system.workers, system.api, system.live].map((role) => role.stop()));
  system.workers = [];
}

/** Runs a role that is to fail; what it said. */
async function ended(system: System, role: string): Promise<string> {
  return endOf(system.spawn([role]));
}

async function endOf(role: RoleProcess): Promise<string> {
  expect(await role.ended(), role.report()).toMatchObject({ code: 1 });
  return role.lines.map(({ msg }) => msg ?? '').join('\n');
}

async function storedMessages({ databaseUrl }: System): Promise<number> {
  const [row] = await query<{ n: number }>(
    databaseUrl,
    'select sum(messages_received)::integer as n from consumer_positions',
  );
  return row?.n ?? 0;
}

async function forgetRecords(brokers: readonly string[], topic: string): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
}
