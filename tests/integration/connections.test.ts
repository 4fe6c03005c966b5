import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../store/connections/connection-state.js';
import { LOST_AFTER_S } from '../../store/connections/gateway-processes.js';
import { writeConnections } from '../../store/connections/write-connections.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { Charger } from '../harness/charger.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startRegisteredGateway, type RegisteredGateway } from '../harness/registered-gateway.js';
import { startTcpProxy } from '../harness/tcp-proxy.js';

const SOON = { timeout: 30_000, interval: 20 };

describe('the registry of connections', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let pool: Pool;
  let api: RunningApi;
  const open: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
    api = await startApi({ databaseUrl: database.url });
  });

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    await client.query('truncate connections, commands, gateway_processes');
  });

  afterAll(async () => {
    await api.stop();
    await pool.end();
    await client.end();
    await database.drop();
  });

  async function gateway(host = 'pod-a', databaseUrl = database.url): Promise<RegisteredGateway> {
    const started = await startRegisteredGateway({ databaseUrl, host });
    open.push(() => started.stop());
    return started;
  }

  async function charger({ url }: RegisteredGateway, id: string): Promise<Charger> {
    const connected = await Charger.connect(url, id);
    open.push(() => connected.terminate());
    return connected;
  }

  async function connectionOf(id: string): Promise<Record<string, unknown>> {
    return (await api.get(`/v1/charge-points/${encodeURIComponent(id)}/connection`)).body;
  }

  const state = (fields: Partial<ConnectionState> & { chargePointId: string }): ConnectionState => ({
    session: 1,
    protocol: 'ocpp1.6',
    remoteAddress: '10.0.0.1',
    connectedAgeMs: 0,
    lastMessageAgeMs: null,
    disconnectedAgeMs: null,
    closeReason: null,
    boot: null,
    ...fields,
  });
  const process = (id: string = randomUUID()) => ({ id, host: 'pod', pid: 7 });

  it('knows where a charge point is, what it said it is, and when it left', async () => {
    const here = await gateway('pod-7');
    const cp = await charger(here, 'CP/ä 1');
    cp.boot();
    await vi.waitFor(
      async () => expect(await connectionOf('CP/ä 1')).toMatchObject({ state: 'connected', model: 'AC 22' }),
      SOON,
    );
    expect(await connectionOf('CP/ä 1')).toMatchObject({
      protocol: 'ocpp1.6',
      gateway: { id: here.id, host: 'pod-7' },
      remoteAddress: '127.0.0.1',
      vendor: 'Acme',
      serialNumber: 'A-1',
      firmwareVersion: '1.4.2',
      disconnectedAt: null,
      outstandingCommand: null,
    });
    const { connectedAt, lastMessageAt, bootedAt } = await connectionOf('CP/ä 1');
    for (const at of [connectedAt, lastMessageAt, bootedAt]) {
      expect(Math.abs(Date.parse(String(at)) - Date.now())).toBeLessThan(10_000);
    }
    cp.close();
    await vi.waitFor(
      async () =>
        expect(await connectionOf('CP/ä 1')).toMatchObject({ state: 'disconnected', closeReason: 'closed' }),
      SOON,
    );
    // What it is stays known, and a reconnect without a boot keeps it.
    await charger(here, 'CP/ä 1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP/ä 1')).toMatchObject({ state: 'connected', model: 'AC 22' }),
      SOON,
    );
  });

  it('has 404 for who never connected, and empty answers before anybody did', async () => {
    expect((await api.get('/v1/charge-points/nobody/connection')).status).toBe(404);
    expect((await api.get('/v1/connections')).body).toEqual({ items: [], nextCursor: null });
    expect((await api.get('/v1/connections/summary')).body).toEqual({
      connected: 0,
      disconnected: 0,
      lost: 0,
      byProtocol: [],
      byModel: [],
      gateways: [],
    });
  });

  it('closes the stale socket in another pod with 4001, and never the newer one', async () => {
    const [a, b] = [await gateway('pod-a'), await gateway('pod-b')];
    const stale = await charger(a, 'CP-1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ gateway: { id: a.id } }),
      SOON,
    );
    const fresh = await charger(b, 'CP-1');
    expect(await stale.closed).toMatchObject({ code: 4001 });
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ gateway: { host: 'pod-b' } }),
      SOON,
    );
    expect(await a.metric('meterpulse_gateway_replaced_elsewhere_total')).toBe(1);
    expect(await b.metric('meterpulse_gateway_connections')).toBe(1);
    fresh.close();
    await vi.waitFor(
      async () =>
        expect(await connectionOf('CP-1')).toMatchObject({
          state: 'disconnected',
          gateway: { host: 'pod-b' },
        }),
      SOON,
    );
  });

  it('closes the stale socket too when nobody was told that another process took it over', async () => {
    const a = await gateway();
    const stale = await charger(a, 'CP-1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ gateway: { id: a.id } }),
      SOON,
    );
    // By hand: without the notification.
    await client.query(
      `update connections set gateway_id = $1, session = 1, connected_at = clock_timestamp() where charge_point_id = 'CP-1'`,
      [randomUUID()],
    );
    // Who listens anew looks at all of its sockets.
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'listen %'`,
    );
    expect(await stale.closed).toMatchObject({ code: 4001 });
  });

  it('writes an open socket again whose row was lost', async () => {
    const a = await gateway();
    await charger(a, 'CP-1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ state: 'connected' }),
      SOON,
    );
    await client.query('delete from connections');
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'listen %'`,
    );
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ state: 'connected' }),
      SOON,
    );
  });

  it('counts a connection whose process fell silent as lost, and forgets processes that ended', async () => {
    const a = await gateway();
    await charger(a, 'CP-1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ state: 'connected' }),
      SOON,
    );
    // As if it had been killed: its row stays, nobody says that it runs.
    const silent = process();
    await writeConnections(pool, silent, 1, () => [state({ chargePointId: 'CP-2' })]);
    await client.query(
      `insert into gateway_processes (id, host, pid, connections, seen_at)
       values ($1, 'pod', 7, 1, clock_timestamp() - make_interval(secs => $2))`,
      [silent.id, LOST_AFTER_S + 1],
    );
    expect(await connectionOf('CP-2')).toMatchObject({ state: 'lost', disconnectedAt: null });
    expect((await api.get('/v1/connections/summary')).body).toMatchObject({ connected: 1, lost: 1 });
    expect((await api.get('/v1/connections?state=lost')).body).toMatchObject({
      items: [{ chargePointId: 'CP-2' }],
    });
    await a.stop();
    const { rows } = await client.query<{ id: string }>('select id from gateway_processes');
    expect(rows).toEqual([{ id: silent.id }]);
    expect(await connectionOf('CP-1')).toMatchObject({ state: 'disconnected' });
  });

  it('counts by protocol, model and gateway, and lists by filters, page by page', async () => {
    const a = await gateway('pod-a');
    for (const id of ['A', 'B', 'C']) (await charger(a, id)).boot(id === 'C' ? 'DC 150' : 'AC 22');
    await vi.waitFor(async () => {
      expect((await api.get('/v1/connections/summary')).body).toMatchObject({
        connected: 3,
        byProtocol: [{ protocol: 'ocpp1.6', connected: 3, disconnected: 0, lost: 0 }],
        byModel: [
          { vendor: 'Acme', model: 'AC 22', connected: 2 },
          { vendor: 'Acme', model: 'DC 150', connected: 1 },
        ],
        gateways: [{ id: a.id, host: 'pod-a', isAlive: true, connected: 3 }],
      });
    }, SOON);
    const idsOf = async (query: string): Promise<unknown[]> => {
      const { status, body } = await api.get(`/v1/connections?${query}`);
      expect(status).toBe(200);
      return (body['items'] as { chargePointId: string }[]).map(({ chargePointId }) => chargePointId);
    };
    expect(await idsOf('model=DC%20150')).toEqual(['C']);
    expect(await idsOf('chargePointId=B&chargePointId=A&chargePointId=none')).toEqual(['A', 'B']);
    expect(await idsOf(`gatewayId=${a.id}&vendor=Acme&protocol=ocpp1.6&state=connected`)).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(await idsOf(`gatewayId=${randomUUID()}`)).toEqual([]);
    const { body } = await api.get('/v1/connections?limit=2');
    expect(await idsOf(`limit=2&cursor=${String(body['nextCursor'])}`)).toEqual(['C']);
    for (const bad of ['gatewayId=7', 'state=open', 'protocol=mqtt', 'cursor=xyz']) {
      expect((await api.get(`/v1/connections?${bad}`)).status).toBe(400);
    }
  });

  it('takes readings while the database is down, and writes the newest state when it is back', async () => {
    const { hostname, port } = new URL(database.url);
    const proxy = await startTcpProxy({ targetPort: Number(port), targetHost: hostname });
    open.push(() => proxy.close());
    const url = new URL(database.url);
    url.port = String(proxy.port);
    url.hostname = '127.0.0.1';
    const a = await gateway('pod-a', url.href);
    const before = await charger(a, 'CP-1');
    await vi.waitFor(
      async () => expect(await connectionOf('CP-1')).toMatchObject({ state: 'connected' }),
      SOON,
    );
    proxy.pause();
    proxy.drop();
    before.close();
    const after = await charger(a, 'CP-2');
    after.send([
      2,
      'm1',
      'MeterValues',
      {
        connectorId: 1,
        meterValue: [{ timestamp: '2024-05-01T10:00:00Z', sampledValue: [{ value: '1' }] }],
      },
    ]);
    await vi.waitFor(() => expect(after.received).toEqual([[3, 'm1', {}]]), SOON);
    await vi.waitFor(
      async () =>
        expect(
          await a.metric('meterpulse_gateway_connection_writes_total', { outcome: 'failed' }),
        ).toBeGreaterThan(0),
      SOON,
    );
    expect(await a.metric('meterpulse_gateway_connection_backlog')).toBeGreaterThan(0);
    proxy.resume();
    await vi.waitFor(async () => {
      expect(await connectionOf('CP-1')).toMatchObject({ state: 'disconnected' });
      expect(await connectionOf('CP-2')).toMatchObject({ state: 'connected' });
    }, SOON);
    await vi.waitFor(
      async () => expect(await a.metric('meterpulse_gateway_connection_backlog')).toBe(0),
      SOON,
    );
  });

  it('adds charge points that nobody knows as held, once, where that is asked for, and changes no others', async () => {
    await client.query(
      "insert into charge_points (id, status, label) values ('known', 'active', 'x'), ('gone', 'retired', '')",
    );
    const started = await startRegisteredGateway({ databaseUrl: database.url, holdsUnknown: true });
    open.push(() => started.stop());
    const other = await gateway('pod-b');
    for (const id of ['known', 'gone', "new'; drop table", 'brief']) await charger(started, id);
    await charger(other, 'elsewhere');
    (await Charger.connect(started.url, 'brief')).terminate();
    const rows = async (): Promise<unknown> =>
      (await client.query('select id, status, label from charge_points order by id collate "C"')).rows;
    await expect.poll(rows, SOON).toEqual([
      { id: 'brief', status: 'held', label: '' },
      { id: 'gone', status: 'retired', label: '' },
      { id: 'known', status: 'active', label: 'x' },
      { id: "new'; drop table", status: 'held', label: '' },
    ]);
    await client.query('delete from charge_points');
  });

  it('writes 50,000 reconnects in ten statements', async () => {
    const gatewayProcess = process();
    for (let batch = 0; batch < 10; batch++) {
      const held = await writeConnections(pool, gatewayProcess, batch, () =>
        Array.from({ length: 5_000 }, (_, index) =>
          state({ chargePointId: `CP-${batch * 5_000 + index}`, session: index + 1 }),
        ),
      );
      expect(held.size).toBe(5_000);
    }
    const { rows } = await client.query('select count(*)::integer as count from connections');
    expect(rows).toEqual([{ count: 50_000 }]);
  });

  it('ends with the newest connection in whatever order two gateways write what they know', async () => {
    const gateways = [process(), process()];
    const SPACING_MS = 60_000;
    /** Sockets of one charge point in the order they opened: where, and whether the newest one closes. */
    const socket = fc.record({ at: fc.nat({ max: 1 }), closes: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(socket, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (sockets, random) => {
          const chargePointId = randomUUID();
          const draw = (below: number): number => Math.floor((random.next().value as number) * below);
          const ageOf = (index: number): number => (sockets.length - index) * SPACING_MS;
          // Each gateway writes states of its own sockets in their order, some twice, some never but the last.
          const queues = gateways.map((_, at) =>
            sockets.flatMap((each, index) => {
              if (each.at !== at) return [];
              const base = { chargePointId, session: index + 1, connectedAgeMs: ageOf(index) };
              const isNewest = index === sockets.length - 1;
              const opened = state(base);
              const closed = state({ ...base, disconnectedAgeMs: ageOf(index) - 1, closeReason: 'closed' });
              const told = !each.closes && isNewest ? [opened] : draw(2) === 0 ? [closed] : [opened, closed];
              return told.flatMap((one) => (draw(3) === 0 ? [one, one] : [one]));
            }),
          );
          let revision = 0;
          while (queues.some((queue) => queue.length > 0)) {
            const at = draw(2);
            const next = queues[at]?.shift();
            const writer = gateways[at];
            if (next !== undefined && writer !== undefined) {
              await writeConnections(pool, writer, ++revision, () => [next]);
            }
          }
          const newest = sockets.at(-1);
          const { rows } = await client.query(
            `select gateway_id as "gatewayId", session::integer, disconnected_at is not null as "isClosed"
             from connections where charge_point_id = $1`,
            [chargePointId],
          );
          expect(rows).toEqual([
            {
              gatewayId: gateways[newest?.at ?? 0]?.id,
              session: sockets.length,
              isClosed: newest?.closes ?? false,
            },
          ]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lets no write that comes late undo a newer one of the same socket', async () => {
    const here = process();
    const base = { chargePointId: 'CP-1', connectedAgeMs: 5_000 };
    await writeConnections(pool, here, 2, () => [state({ ...base, disconnectedAgeMs: 10 })]);
    const held = await writeConnections(pool, here, 1, () => [state(base)]);
    expect(held.size).toBe(0);
    const { rows } = await client.query('select disconnected_at is null as open from connections');
    expect(rows).toEqual([{ open: false }]);
  });
});
