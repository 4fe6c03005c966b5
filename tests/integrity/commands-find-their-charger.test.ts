import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Charger } from '../harness/charger.js';
import { kafkaBrokers } from '../harness/kafka.js';
import { freePorts } from '../harness/free-ports.js';
import { RoleProcess } from './system/role-process.js';
import type { System } from './system/system.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';

const CLEAN = { code: 0, signal: null };
const METER_VALUES = {
  connectorId: 1,
  meterValue: [{ timestamp: '2024-05-01T10:00:00Z', sampledValue: [{ value: '1' }] }],
};

interface Connection {
  readonly state: string;
  readonly gateway: { readonly id: string; readonly pid: number };
}

describe('commands and connections in the whole system', () => {
  it('find a charge point in whichever process and pod it is, also after kill -9 of its gateway', async () => {
    const [log = { brokers: null }] = LOGS;
    const [otherPort = 0] = await freePorts(1);
    const chargers: Charger[] = [];
    try {
      await withSystem({ brokers: log.brokers, gatewayProcesses: 2 }, async (system) => {
        const other = await otherPod(system, otherPort);
        const urls = [system.gatewayUrl, `ws://127.0.0.1:${otherPort}`];
        const ids = Array.from({ length: 12 }, (_, index) => `CP-${index}`);
        for (const [index, id] of ids.entries()) {
          chargers.push(await Charger.connect(urls[index % 2] ?? '', id));
        }
        for (const id of ids)
          await until(`${id} is known`, async () => (await connectionOf(system, id))?.state === 'connected');
        const places = await Promise.all(ids.map((id) => connectionOf(system, id)));
        expect(new Set(places.map((place) => place?.gateway.pid)).size).toBeGreaterThan(2);
        const answers = await Promise.all(ids.map((id) => reset(system, id)));
        expect(answers.map(({ status, body }) => [status, body['state']])).toEqual(
          ids.map(() => [200, 'answered']),
        );
        expect(chargers.map(({ calls }) => calls.length)).toEqual(ids.map(() => 1));

        // A charge point that comes back to the other pod is served there, and its stale socket is closed.
        const moved = await Charger.connect(urls[1] ?? '', 'CP-0');
        chargers.push(moved);
        expect(await chargers[0]?.closed).toMatchObject({ code: 4001 });
        await until(
          'CP-0 has moved',
          async () => (await connectionOf(system, 'CP-0'))?.gateway.id !== places[0]?.gateway.id,
        );
        expect((await reset(system, 'CP-0')).status).toBe(200);
        expect(moved.calls).toHaveLength(1);

        // Nobody says that these connections ended; they are lost until the charge points come back.
        const killed = other.forked();
        for (const pid of [...killed, other.pid]) process.kill(pid, 'SIGKILL');
        await moved.closed;
        await until(
          'CP-1 counts as lost',
          async () => (await connectionOf(system, 'CP-1'))?.state === 'lost',
        );
        expect((await reset(system, 'CP-1')).status).toBe(409);
        const back = await Charger.connect(urls[0] ?? '', 'CP-1');
        chargers.push(back);
        await until('CP-1 is back', async () => (await connectionOf(system, 'CP-1'))?.state === 'connected');
        expect((await reset(system, 'CP-1')).status).toBe(200);

        // A stop says of every connection how it ended, and leaves no process behind.
        expect(await system.gateway.stop()).toEqual(CLEAN);
        for (const id of ['CP-1', 'CP-2', 'CP-4'])
          expect((await connectionOf(system, id))?.state).toBe('disconnected');
        const { body } = await system.get('/v1/connections/summary');
        const alive = (body['gateways'] as { pid: number }[]).map(({ pid }) => pid);
        expect(alive.toSorted()).toEqual(killed.toSorted());
      });
    } finally {
      for (const charger of chargers) charger.terminate();
    }
  });
});

describe.skipIf(kafkaBrokers() === undefined)('a gateway with Kafka', () => {
  const brokers = kafkaBrokers() ?? [];

  it.each([
    ['without a database', ''],
    ['whose database is down', 'postgres://127.0.0.1:1/nowhere'],
  ])('takes readings %s, and stops cleanly', async (_, databaseUrl) => {
    await withSystem({ brokers, gatewayProcesses: 1 }, async (system) => {
      const [port = 0] = await freePorts(1);
      const directory = await mkdtemp(join(tmpdir(), 'meterpulse-alone-'));
      const gateway = new RoleProcess(['gateway'], {
        KAFKA_BROKERS: brokers.join(','),
        KAFKA_TOPIC: system.topic,
        DATA_DIR: directory,
        GATEWAY_PORT: String(port),
        GATEWAY_PROCESSES: '1',
        GATEWAY_DRAIN_MS: '100',
        ADMIN_PORT: '0',
        ...(databaseUrl === '' ? {} : { DATABASE_URL: databaseUrl }),
      });
      try {
        await gateway.port(/^gateway on /);
        const charger = await Charger.connect(`ws://127.0.0.1:${port}`, 'CP-1');
        charger.send([2, 'm1', 'MeterValues', METER_VALUES]);
        await until('the reading is acknowledged', () => charger.received.length > 0);
        expect(charger.received).toEqual([[3, 'm1', {}]]);
        await system.ready(gateway);
        expect(await gateway.stop(15_000)).toEqual(CLEAN);
        const said = gateway.lines.filter(({ msg }) => msg?.startsWith('there is no DATABASE_URL') === true);
        expect(said).toHaveLength(databaseUrl === '' ? 1 : 0);
        await system.settled();
      } finally {
        await gateway.dispose();
        await rm(directory, { recursive: true, force: true });
      }
    });
  });
});

async function otherPod(system: System, port: number): Promise<RoleProcess> {
  const role = system.spawn(['gateway'], { GATEWAY_PORT: String(port) });
  await role.port(/^gateway on /);
  return role;
}

async function connectionOf(system: System, id: string): Promise<Connection | null> {
  const { status, body } = await system.get(`/v1/charge-points/${id}/connection`);
  return status === 200 ? (body as unknown as Connection) : null;
}

function reset(system: System, id: string): ReturnType<System['get']> {
  return system.get(`/v1/charge-points/${id}/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'Reset', payload: { type: 'Soft' } }),
  });
}
