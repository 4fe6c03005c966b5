import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupMembers } from '../harness/kafka-topic.js';
import { expectedOf } from './oracle.js';
import { startOwnPostgres, type OwnPostgres } from './system/own-postgres.js';
import { sessionsOf, shuffled } from './sessions.js';
import { query } from './system/log-ends.js';
import { sendCalls } from './system/ocpp-calls.js';
import { digest } from './system/stored-state.js';
import { lockTable } from './system/table-lock.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';
import { messagesOf, SAMPLE } from './workbooks.js';

/** Slow enough that a fault after a quarter of the rows comes in the midst of the replay: four hours in some five seconds. */
const SPEED = '3000x';
const ALL = { acknowledged: 10_000, rejected: 0 };

const sample = messagesOf(SAMPLE);
const expected = expectedOf(sample);
/** Charging sessions of the sample's charge points, in no order: Stops before their Starts among them. */
const sessions = shuffled(sessionsOf([...new Set(sample.map(({ chargePointId }) => chargePointId))]), 5);
const expectedWithSessions = expectedOf([...sample, ...sessions]);

describe.each(LOGS)('on $log', ({ brokers }) => {
  it('survives kill -9 of a worker in the midst of a flush', async () => {
    await withSystem({ brokers }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      const calling = sendCalls(system.gatewayUrl, sessions);
      await replaying.until(2_500);
      const lock = await lockTable(system.databaseUrl, 'latest_readings');
      await lock.waitedFor();
      await system.workers[0]?.kill9();
      await lock.release();
      await system.startWorker();
      expect(await replaying.done).toMatchObject(ALL);
      await calling;
      await system.verify(expectedWithSessions, { resent: false });
    });
  });

  it('changes no row and no counter when the topic is replayed from its start', async () => {
    await withSystem({ brokers }, async (system) => {
      const [replayed] = await Promise.all([
        system.replay(SAMPLE).done,
        sendCalls(system.gatewayUrl, sessions),
      ]);
      expect(replayed).toMatchObject(ALL);
      await system.verify(expectedWithSessions, { resent: false });
      const before = { rows: digest(await system.stored()), stats: await system.stats() };
      const batches = await lastBatch(system.databaseUrl);

      await system.command('topic', 'replay');
      await until(
        'every partition is read again',
        async () => (await lastBatch(system.databaseUrl)) > batches,
      );
      await system.verify(expectedWithSessions, { resent: false });
      expect({ rows: digest(await system.stored()), stats: await system.stats() }).toEqual(before);
    });
  });

  it('keeps a worker out that wakes after another one took over in the midst of its flush', async () => {
    await withSystem({ brokers, workers: 0 }, async (system) => {
      // The rows that the zombie has locked are free when the server ends its transaction: sooner here than by default.
      const url = `${system.databaseUrl}?idle_in_transaction_session_timeout=2000`;
      const zombie = await system.startWorker({ DATABASE_URL: url });
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      const lock = await lockTable(system.databaseUrl, 'latest_readings');
      await lock.waitedFor();
      zombie.signal('SIGSTOP');
      await lock.release();
      const heir = await system.startWorker();
      expect(await replaying.done).toMatchObject(ALL);
      await system.verify(expected, { resent: false });

      zombie.signal('SIGCONT');
      await system.ready(zombie);
      const replayed = system.replay(SAMPLE);
      expect(await replayed.done).toMatchObject(ALL);
      await system.settled();
      expect([zombie.hasEnded, heir.hasEnded]).toEqual([false, false]);
      await system.verify(expected, { resent: true });
      expect(await system.stats()).toMatchObject({ messages: { received: 20_000 } });
    });
  });
});

describe.each(LOGS.filter(({ brokers }) => brokers !== null))('on $log', ({ brokers }) => {
  it('stores all that is left when the only worker wakes after its group has given it up', async () => {
    await withSystem({ brokers }, async (system) => {
      const [worker] = system.workers;
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      const lock = await lockTable(system.databaseUrl, 'latest_readings');
      await lock.waitedFor();
      worker?.signal('SIGSTOP');
      await lock.release();
      const members = (): Promise<number> => groupMembers(brokers ?? [], system.topic);
      await until('the group has nobody left', async () => (await members()) === 0);
      expect(await replaying.done).toMatchObject(ALL);
      worker?.signal('SIGCONT');
      await system.verify(expected, { resent: false });
      expect(worker?.hasEnded).toBe(false);
    });
  });
});

describe.each(LOGS)('on $log, with a PostgreSQL of its own', ({ brokers }) => {
  let postgres: OwnPostgres;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
  });
  afterAll(async () => {
    await postgres.dispose();
  });

  it('survives kill -9 of PostgreSQL while clients send', async () => {
    await withSystem({ brokers, databaseUrl: postgres.url }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      await postgres.kill9();
      await postgres.start();
      expect(await replaying.done).toMatchObject(ALL);
      await system.verify(expected, { resent: brokers === null });
    });
  });
});

describe.each(LOGS.slice(0, 1))('on $log', ({ brokers }) => {
  it('survives kill -9 of a gateway process, which its primary starts again', async () => {
    await withSystem({ brokers }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      const before = system.gateway.forked();
      const [victim = 0] = before;
      process.kill(victim, 'SIGKILL');
      const after = await until('another process takes its place', () => {
        const pids = system.gateway.forked();
        return pids.length === before.length && !pids.includes(victim) ? pids : null;
      });
      expect(after.filter((pid) => before.includes(pid))).toHaveLength(before.length - 1);
      expect(await replaying.done).toMatchObject(ALL);
      await system.verify(expected, { resent: true });
    });
  });

  it('survives kill -9 of the cluster primary: its processes end by themselves and a new gateway takes over', async () => {
    await withSystem({ brokers }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_500);
      const orphans = system.gateway.forked();
      await system.gateway.kill9();
      await until('the orphans have ended', () => orphans.every((pid) => !isAlive(pid)));
      await system.startGateway();
      expect(await replaying.done).toMatchObject(ALL);
      await system.verify(expected, { resent: true });
    });
  });

  it('stores each reading once while workers come, go and are killed under load', async () => {
    await withSystem({ brokers, workers: 2 }, async (system) => {
      const [first, second] = system.workers;
      const replaying = system.replay(SAMPLE, { speed: '700x' });
      await replaying.until(1_500);
      await system.startWorker();
      await replaying.until(3_000);
      expect(await first?.stop()).toEqual({ code: 0, signal: null });
      await replaying.until(4_500);
      await second?.kill9();
      await replaying.until(5_500);
      await system.startWorker();
      expect(await replaying.done).toMatchObject(ALL);
      await system.verify(expected, { resent: false });
    });
  });
});

async function lastBatch(databaseUrl: string): Promise<number> {
  const [row] = await query<{ last: string }>(databaseUrl, 'select last_value as last from reading_batches');
  return Number(row?.last ?? 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
