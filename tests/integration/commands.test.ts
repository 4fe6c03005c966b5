import { randomUUID } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ocpp16Protocol } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { CommandDesk } from '../../server/api/command-desk.js';
import { insertCommand } from '../../store/commands/insert-command.js';
import { tidyCommands } from '../../store/commands/tidy-commands.js';
import { createPool, type Pool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { TEST_ORIGIN } from '../harness/audit.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { Charger } from '../harness/charger.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startRegisteredGateway, type RegisteredGateway } from '../harness/registered-gateway.js';
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy.js';

const SOON = { timeout: 30_000, interval: 20 };
const silent = (): null => null;
const protocol = ocpp16Protocol({ limits: { maxAheadMs: 86_400_000, minTimestampMs: 0 } });

describe('commands to charge points', () => {
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

  async function gateway(databaseUrl = database.url): Promise<RegisteredGateway> {
    const started = await startRegisteredGateway({ databaseUrl });
    open.push(() => started.stop());
    return started;
  }

  /** Connected, and known to be. */
  async function charger(
    { url, id: gatewayId }: RegisteredGateway,
    id: string,
    reply?: (call: unknown[]) => readonly unknown[] | null,
  ): Promise<Charger> {
    const connected = await Charger.connect(url, id, reply);
    open.push(() => connected.terminate());
    await vi.waitFor(async () => {
      const { body } = await api.get(`/v1/charge-points/${id}/connection`);
      expect(body).toMatchObject({ state: 'connected', gateway: { id: gatewayId } });
    }, SOON);
    return connected;
  }

  function send(id: string, body: object, to: RunningApi = api): Promise<ApiAnswer> {
    return to.get(`/v1/charge-points/${id}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  const reset = (timeoutMs = 30_000) => ({ action: 'Reset', payload: { type: 'Soft' }, timeoutMs });

  async function commandsOf(id: string): Promise<Record<string, unknown>[]> {
    return (await api.get(`/v1/charge-points/${id}/commands`)).body['items'] as Record<string, unknown>[];
  }

  it('reach the gateway that has the socket, and come back with the answer', async () => {
    const [a, b] = [await gateway(), await gateway()];
    const [first, second] = [await charger(a, 'CP-1'), await charger(b, 'CP-2')];
    const { status, body } = await send('CP-2', reset());
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        chargePointId: 'CP-2',
        action: 'Reset',
        state: 'answered',
        request: { type: 'Soft' },
        payload: { status: 'Accepted' },
        error: null,
        failure: null,
        gatewayId: b.id,
      },
    });
    expect(second.calls).toEqual([[2, body['id'], 'Reset', { type: 'Soft' }]]);
    expect(first.calls).toEqual([]);
    expect((await api.get(`/v1/charge-points/CP-2/commands/${String(body['id'])}`)).body).toEqual(body);
    expect(await commandsOf('CP-2')).toEqual([body]);
    expect(await b.metric('meterpulse_gateway_commands_total', { state: 'answered' })).toBe(1);
  });

  it('tell an error of the charge point as it is, and keep what it wrote whatever the characters', async () => {
    const a = await gateway();
    await charger(a, 'CP-1', ([, id]) => [4, id, 'NotSupported', 'nö', { why: 'a\u0000b\ud800' }]);
    expect(await send('CP-1', reset())).toMatchObject({
      status: 200,
      body: {
        state: 'error',
        payload: null,
        error: { code: 'NotSupported', description: 'nö', details: { why: 'a\u0000b\ud800' } },
      },
    });
  });

  it('go out one after the other, in their order', async () => {
    const a = await gateway();
    const held: unknown[][] = [];
    const cp = await charger(a, 'CP-1', (call) => {
      held.push(call);
      return null;
    });
    const answers = ['a', 'b', 'c'].map((mark) =>
      insertCommand(pool, {
        id: randomUUID(),
        chargePointId: 'CP-1',
        action: 'ChangeConfiguration',
        payload: { key: 'mark', value: mark },
        timeoutMs: 30_000,
      }),
    );
    await Promise.all(answers);
    for (let sent = 1; sent <= 3; sent++) {
      await vi.waitFor(() => expect(held).toHaveLength(sent), SOON);
      await vi.waitFor(async () => {
        const states = (await commandsOf('CP-1')).map(({ state }) => state);
        expect(states.filter((state) => state === 'sent')).toHaveLength(1);
        expect(states.filter((state) => state === 'answered')).toHaveLength(sent - 1);
      }, SOON);
      const { body } = await api.get('/v1/charge-points/CP-1/connection');
      expect(body['outstandingCommand']).toBe(held[sent - 1]?.[1]);
      cp.send([3, held[sent - 1]?.[1], {}]);
    }
    await vi.waitFor(
      async () => expect((await commandsOf('CP-1')).every(({ state }) => state === 'answered')).toBe(true),
      SOON,
    );
  });

  it('are refused beyond eight that wait, and the others are answered', async () => {
    const a = await gateway();
    const held: unknown[][] = [];
    const cp = await charger(a, 'CP-1', (call) => {
      held.push(call);
      return null;
    });
    const asked = Array.from({ length: 12 }, () => send('CP-1', { action: 'ClearCache' }));
    await vi.waitFor(
      async () =>
        expect((await commandsOf('CP-1')).filter(({ state }) => state === 'failed')).toHaveLength(3),
      SOON,
    );
    for (let sent = 1; sent <= 9; sent++) {
      await vi.waitFor(() => expect(held).toHaveLength(sent), SOON);
      cp.send([3, held[sent - 1]?.[1], {}]);
    }
    const statuses = (await Promise.all(asked)).map(
      ({ status, body }) => `${status} ${(body['type'] as string | undefined) ?? ''}`,
    );
    expect(statuses.toSorted()).toEqual([
      ...Array<string>(9).fill('200 '),
      ...Array<string>(3).fill('503 urn:meterpulse:problem:too-many-commands'),
    ]);
  });

  it('end with 504 when no answer comes in time, and an answer that comes later is only counted', async () => {
    const a = await gateway();
    const cp = await charger(a, 'CP-1', silent);
    const { status, body } = await send('CP-1', reset(5_000));
    expect({ status, body }).toMatchObject({
      status: 504,
      body: { type: 'urn:meterpulse:problem:no-answer' },
    });
    const [command] = await commandsOf('CP-1');
    expect(command).toMatchObject({ state: 'timed_out', payload: null });
    expect(String(body['detail'])).toContain(String(command?.['id']));
    cp.send([3, command?.['id'], { status: 'Accepted' }]);
    cp.send([3, 'nobody-asked', {}]);
    const unmatched = (kind: string): Promise<number> =>
      a.metric('meterpulse_gateway_unmatched_replies_total', { kind });
    await vi.waitFor(
      async () => expect([await unmatched('late'), await unmatched('unknown')]).toEqual([1, 1]),
      SOON,
    );
    // The next one goes out.
    const next = send('CP-1', { action: 'ClearCache' });
    await vi.waitFor(() => expect(cp.calls).toHaveLength(2), SOON);
    cp.send([3, cp.calls[1]?.[1], {}]);
    expect((await next).status).toBe(200);
  });

  it('end at once when the connection ends before the answer', async () => {
    const a = await gateway();
    const cp = await charger(a, 'CP-1', silent);
    const asked = send('CP-1', reset());
    await vi.waitFor(() => expect(cp.calls).toHaveLength(1), SOON);
    cp.terminate();
    expect(await asked).toMatchObject({ status: 504, body: { type: 'urn:meterpulse:problem:no-answer' } });
    expect(await commandsOf('CP-1')).toMatchObject([
      { state: 'failed', failure: { reason: 'connection_lost' } },
    ]);
  });

  it('have 404 for an unknown charge point, 409 for one that is not connected, 400 for a malformed body', async () => {
    expect((await send('nobody', reset())).status).toBe(404);
    const a = await gateway();
    const cp = await charger(a, 'CP-1');
    cp.close();
    await vi.waitFor(async () => {
      const { body } = await api.get('/v1/charge-points/CP-1/connection');
      expect(body['state']).toBe('disconnected');
    }, SOON);
    expect((await send('CP-1', reset())).status).toBe(409);
    await client.query(`insert into charge_points (id) values ('CP-9') on conflict do nothing`);
    expect(await send('CP-9', reset())).toMatchObject({
      status: 409,
      body: { type: 'urn:meterpulse:problem:not-connected' },
    });
    let deep: unknown = {};
    for (let level = 0; level < 1_000; level++) deep = { deep };
    for (const body of [
      {},
      { action: '' },
      { action: 'x'.repeat(51) },
      { action: 'Reset', payload: [] },
      { action: 'Reset', payload: 'x' },
      { action: 'Reset', payload: deep },
      { action: 'Reset', timeoutMs: 0 },
      { action: 'Reset', timeoutMs: 1e9 },
      { action: 'Reset', timeoutMs: 1500.5 },
      { action: 'Reset', other: 1 },
    ]) {
      expect((await send('CP-1', body)).status, JSON.stringify(body).slice(0, 60)).toBe(400);
    }
    expect((await api.get(`/v1/charge-points/CP-1/commands/${randomUUID()}`)).status).toBe(404);
    expect((await api.get('/v1/charge-points/CP-1/commands/7')).status).toBe(400);
  });

  it('are refused with a pointer where the schema refuses them, by the API or else by the gateway', async () => {
    const a = await gateway();
    const cp = await charger(a, 'CP-1');
    expect(await send('CP-1', { action: 'Reset', payload: { type: 'Sideways' } })).toMatchObject({
      status: 422,
      body: {
        type: 'urn:meterpulse:problem:command-refused',
        detail: expect.stringContaining('/type') as string,
      },
    });
    expect(await send('CP-1', { action: 'Explode' })).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'action' }] },
    });
    expect(await commandsOf('CP-1')).toMatchObject([
      { state: 'failed', failure: { reason: 'unknown_action' }, sentAt: null },
      { state: 'failed', failure: { reason: 'invalid_payload' }, sentAt: null },
    ]);
    const judging = await startApi({
      databaseUrl: database.url,
      judge: (name, action, payload) =>
        name === protocol.name ? protocol.encodeCall?.('m', action, payload) : undefined,
    });
    open.push(() => judging.stop());
    expect(await send('CP-1', { action: 'Reset', payload: { type: 'Sideways' } }, judging)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'payload/type' }] },
    });
    expect(await send('CP-1', { action: 'Explode' }, judging)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'action' }] },
    });
    expect((await send('CP-1', reset(), judging)).status).toBe(200);
    expect(await commandsOf('CP-1')).toHaveLength(3);
    expect(cp.calls).toHaveLength(1);
  });

  it('are never sent after their time, though the charge point comes back', async () => {
    const id = randomUUID();
    await insertCommand(pool, { id, chargePointId: 'CP-1', action: 'ClearCache', payload: {}, timeoutMs: 1 });
    const inTime = randomUUID();
    await insertCommand(pool, {
      id: inTime,
      chargePointId: 'CP-1',
      action: 'ClearCache',
      payload: {},
      timeoutMs: 60_000,
    });
    const a = await gateway();
    const cp = await charger(a, 'CP-1');
    // The one that is in time is found by a look at what is queued; had the other one been too, it would have come first.
    await vi.waitFor(
      async () =>
        expect((await commandsOf('CP-1')).map(({ state }) => state)).toEqual(['answered', 'expired']),
      SOON,
    );
    expect(cp.calls.map(([, messageId]) => messageId)).toEqual([inTime]);
  });

  it('are sent once though two gateways have a socket of the charge point and both hear of it', async () => {
    const [a, b] = [await gateway(), await gateway()];
    const chargers: Charger[] = [];
    // Neither knows of the other as long as nothing is written.
    await client.query('begin; lock table connections in access exclusive mode');
    try {
      for (const { url } of [a, b]) chargers.push(await Charger.connect(url, 'CP-1'));
      open.push(() => chargers.forEach((cp) => cp.terminate()));
      for (let round = 0; round < 20; round++) {
        await insertCommand(pool, {
          id: randomUUID(),
          chargePointId: 'CP-1',
          action: 'DataTransfer',
          payload: { vendorId: 'Acme', data: `${round}` },
          timeoutMs: 30_000,
        });
      }
      const calls = (): unknown[] => chargers.flatMap((cp) => cp.calls.map(([, id]) => id));
      await vi.waitFor(async () => {
        const { rows } = await pool.query(`select from commands where state in ('queued', 'sent')`);
        expect(rows).toEqual([]);
      }, SOON);
      expect(new Set(calls()).size).toBe(calls().length);
      expect(calls().length).toBeGreaterThan(0);
    } finally {
      await client.query('rollback');
    }
  });

  it('reach a gateway whose listening connection was cut, and the answer an API whose was', async () => {
    const a = await gateway();
    const cp = await charger(a, 'CP-1');
    expect((await send('CP-1', reset())).status).toBe(200);
    for (let round = 0; round < 3; round++) {
      const { rows } = await client.query<{ cut: boolean }>(
        `select pg_terminate_backend(pid) as cut from pg_stat_activity
         where datname = current_database() and query like 'listen %'`,
      );
      expect(rows.length).toBeGreaterThanOrEqual(2);
      expect((await send('CP-1', reset())).status).toBe(200);
      await vi.waitFor(async () => {
        const { rows: listeners } = await client.query(
          `select from pg_stat_activity where datname = current_database() and query like 'listen %'`,
        );
        expect(listeners.length).toBeGreaterThanOrEqual(2);
      }, SOON);
    }
    expect(cp.calls).toHaveLength(4);
  });

  describe('while the database is out of reach of the gateway', () => {
    let proxy: TcpProxy;
    let behind: string;

    async function startProxy(): Promise<void> {
      const { hostname, port } = new URL(database.url);
      proxy = await startTcpProxy({ targetPort: Number(port), targetHost: hostname });
      open.push(() => proxy.close());
      const url = new URL(database.url);
      url.port = String(proxy.port);
      url.hostname = '127.0.0.1';
      behind = url.href;
    }

    it('wait for it, and are sent when it is back in time', async () => {
      await startProxy();
      const a = await gateway(behind);
      const cp = await charger(a, 'CP-1');
      proxy.pause();
      proxy.drop();
      const asked = send('CP-1', reset());
      await vi.waitFor(
        async () => expect(await commandsOf('CP-1')).toMatchObject([{ state: 'queued' }]),
        SOON,
      );
      expect(cp.calls).toEqual([]);
      proxy.resume();
      expect((await asked).status).toBe(200);
    });

    it('keep an answer that came meanwhile', async () => {
      await startProxy();
      const a = await gateway(behind);
      const cp = await charger(a, 'CP-1', silent);
      const asked = send('CP-1', reset());
      await vi.waitFor(() => expect(cp.calls).toHaveLength(1), SOON);
      proxy.pause();
      proxy.drop();
      cp.send([3, cp.calls[0]?.[1], { status: 'Rejected' }]);
      await vi.waitFor(
        async () => expect(await a.metric('meterpulse_gateway_command_backlog')).toBe(1),
        SOON,
      );
      proxy.resume();
      expect(await asked).toMatchObject({ status: 200, body: { payload: { status: 'Rejected' } } });
    });
  });

  it('are refused without being queued when too many are waited for, and when the database is out of reach', async () => {
    const reads = new ReadDatabase(pool, { statementTimeoutMs: 5_000 });
    const desk = new CommandDesk(pool, reads, pino({ level: 'silent' }), 2);
    const stop = new AbortController();
    const running = desk.run(stop.signal);
    const command = { chargePointId: 'CP-1', action: 'ClearCache', payload: {}, timeoutMs: 60_000 };
    const waited = [desk.send(command, TEST_ORIGIN), desk.send(command, TEST_ORIGIN)];
    expect(await desk.send(command, TEST_ORIGIN)).toBe(null);
    await vi.waitFor(async () => expect(await commandsOf('CP-1')).toHaveLength(2), SOON);
    stop.abort();
    await Promise.all([...waited, running]);
    expect(await commandsOf('CP-1')).toHaveLength(2);
    const cutOff = await startApi({ databaseUrl: 'postgres://127.0.0.1:1/nowhere' });
    open.push(() => cutOff.stop());
    expect(await send('CP-1', reset(), cutOff)).toMatchObject({
      status: 503,
      body: { type: 'urn:meterpulse:problem:database-unavailable' },
    });
  });

  it('do not hold a stop of the API up', async () => {
    const a = await gateway();
    await charger(a, 'CP-1', silent);
    const stopping = await startApi({ databaseUrl: database.url });
    const asked = send('CP-1', reset(120_000), stopping);
    await vi.waitFor(async () => expect(await commandsOf('CP-1')).toMatchObject([{ state: 'sent' }]), SOON);
    const startedAt = performance.now();
    await Promise.all([stopping.stop(), asked.then(({ status }) => expect(status).toBe(504))]);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('are listed page by page, the newest first, and exported', async () => {
    for (let at = 0; at < 5; at++) {
      await insertCommand(pool, {
        id: randomUUID(),
        chargePointId: 'CP-1',
        action: 'ClearCache',
        payload: { at },
        timeoutMs: 60_000,
      });
    }
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/charge-points/CP-1/commands?limit=2${cursor}`);
      seen.push(...(body['items'] as { request: unknown }[]).map(({ request }) => request));
      cursor = body['nextCursor'] === null ? '' : `&cursor=${body['nextCursor'] as string}`;
    } while (cursor !== '');
    expect(seen).toEqual([4, 3, 2, 1, 0].map((at) => ({ at })));
    const csv = await fetch(`${api.url}/v1/charge-points/CP-1/commands`, { headers: { accept: 'text/csv' } });
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(6);
  });

  it('are ended where nobody has them any more, and deleted when they are old', async () => {
    await client.query(
      `insert into commands (id, charge_point_id, action, request, state, requested_at, expires_at)
       select gen_random_uuid(), 'CP-1', 'Reset', '{}', state, now() - age, now() - age + interval '30 s'
       from unnest(array['queued', 'sent', 'answered'], array[interval '1 hour', '1 hour', '91 days']) as g (state, age)`,
    );
    await client.query(
      `insert into commands (charge_point_id, action, request, state, requested_at, expires_at)
       select 'CP-2', 'Reset', '{}', 'answered', now() - interval '100 days', now() from generate_series(1, 2500)`,
    );
    await tidyCommands(pool, 90);
    const { rows } = await client.query(
      'select state, ended_at = expires_at as "endedInTime" from commands order by state',
    );
    expect(rows).toEqual([
      { state: 'expired', endedInTime: true },
      { state: 'timed_out', endedInTime: true },
    ]);
  });
});
