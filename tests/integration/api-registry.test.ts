import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

interface FeedPayload {
  readonly op: string;
  readonly old: Record<string, unknown> | null;
  readonly new: Record<string, unknown> | null;
}

describe('the registry of charge points', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    api = await startApi({ databaseUrl: database.url });
  });

  beforeEach(() => client.query('delete from charge_points'));

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    return api.get(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  const create = (id: string, fields: Record<string, unknown> = {}): Promise<ApiAnswer> =>
    send('POST', '/v1/charge-points', { id, ...fields });

  const ids = ({ body }: ApiAnswer): string[] => (body['items'] as { id: string }[]).map(({ id }) => id);

  const typeOf = ({ status, body }: ApiAnswer): string =>
    `${status} ${String(body['type']).replace('urn:meterpulse:problem:', '')}`;

  /** Changes on the feed that are newer than a position. */
  async function feedAfter(position: number): Promise<FeedPayload[]> {
    const { rows } = await client.query<{ payload: FeedPayload }>(
      `select payload from feed where kind = 'chargePoint' and position > $1 order by position`,
      [position],
    );
    return rows.map(({ payload }) => payload);
  }

  async function feedHead(): Promise<number> {
    const { rows } = await client.query<{ head: string }>(
      'select coalesce(max(position), 0) as head from feed',
    );
    return Number(rows[0]?.head);
  }

  describe('POST', () => {
    it('adds a charge point and says where it is and which version', async () => {
      const answer = await create('Depot/7 ä', { label: 'Gate 7', site: 'Depot' });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe('/v1/charge-points/Depot%2F7%20%C3%A4');
      expect(answer.headers.get('etag')).toBe('"1"');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body).toMatchObject({
        id: 'Depot/7 ä',
        label: 'Gate 7',
        site: 'Depot',
        status: 'active',
        version: 1,
      });
      const shown = await api.get(String(answer.headers.get('location')));
      expect(shown.body).toEqual(answer.body);
    });

    it('refuses an id that is taken, and tells when it is by a retired one', async () => {
      await create('A', { label: 'first' });
      const again = await create('A', { label: 'second' });
      expect(typeOf(again)).toBe('409 charge-point-exists');
      expect(again.body['detail']).not.toContain('retired');
      await send('DELETE', '/v1/charge-points/A');
      expect((await create('A')).body['detail']).toContain('retired');
      expect((await api.get('/v1/charge-points/A')).body).toMatchObject({ label: 'first' });
    });

    it('gives an id once, however many ask for it at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, at) => create('A', { label: `${at}` })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
      const winner = answers.find(({ status }) => status === 201);
      expect((await api.get('/v1/charge-points/A')).body).toEqual(winner?.body);
    });

    it.each<[string, unknown, string]>([
      ['no id', {}, 'id'],
      ['an empty id', { id: '' }, 'id'],
      ['a blank id', { id: '  ' }, 'id'],
      ['a long id', { id: 'x'.repeat(256) }, 'id'],
      ['an id with NUL', { id: 'a\0' }, 'id'],
      ['an id with half a surrogate pair', '{"id":"\\ud800"}', 'id'],
      ['an id that no address can carry', { id: '..' }, 'id'],
      ['a number as id', { id: 7 }, 'id'],
      ['a label with a line break', { id: 'A', label: 'a\nb' }, 'label'],
      ['a label that is too long', { id: 'A', label: 'x'.repeat(256) }, 'label'],
      ['null as site', { id: 'A', site: null }, 'site'],
      ['a list as site', { id: 'A', site: ['x'] }, 'site'],
      ['an unknown status', { id: 'A', status: 'on' }, 'status'],
      ['a retired one', { id: 'A', status: 'retired' }, 'status'],
      ['a version', { id: 'A', version: 3 }, 'version'],
      ['a field called __proto__', '{"id":"A","__proto__":{"status":"held"}}', '__proto__'],
    ])('refuses %s, naming the field', async (_, body, parameter) => {
      const answer = await send('POST', '/v1/charge-points', body);
      expect(typeOf(answer)).toBe('400 invalid-parameters');
      expect(answer.body['errors']).toMatchObject([{ parameter }]);
      expect((await client.query('select from charge_points')).rowCount).toBe(0);
    });

    it.each<[string, string, Record<string, string>, string]>([
      ['no JSON', '{', {}, '400 malformed-request'],
      ['a list', '[]', {}, '400 malformed-request'],
      ['null', 'null', {}, '400 malformed-request'],
      ['another type', '{}', { 'content-type': 'text/plain' }, '415 unsupported-media-type'],
      ['compressed bytes', '{}', { 'content-encoding': 'gzip' }, '415 unsupported-media-type'],
      ['a body beyond the limit', `{"id":"${'x'.repeat(70_000)}"}`, {}, '413 body-too-large'],
      ['deep nesting', '['.repeat(30_000), {}, '400 malformed-request'],
    ])('refuses %s', async (_, body, headers, expected) => {
      expect(typeOf(await send('POST', '/v1/charge-points', body, headers))).toBe(expected);
    });
  });

  describe('GET of one', () => {
    it('answers 304 while its version is the one that the client has', async () => {
      await create('A');
      const path = '/v1/charge-points/A';
      const tag = String((await api.get(path)).headers.get('etag'));
      expect((await api.get(path, { headers: { 'if-none-match': tag } })).status).toBe(304);
      await send('PATCH', path, { label: 'new' });
      const changed = await api.get(path, { headers: { 'if-none-match': tag } });
      expect(changed.status).toBe(200);
      expect(changed.headers.get('etag')).toBe('"2"');
    });
  });

  describe('PATCH', () => {
    it('changes what is given, makes it a new version, and leaves the rest', async () => {
      await create('A', { label: 'old', site: 'north' });
      const answer = await send('PATCH', '/v1/charge-points/A', { label: 'new' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toBe('"2"');
      expect(answer.body).toMatchObject({ label: 'new', site: 'north', status: 'active', version: 2 });
      const { createdAt, updatedAt } = answer.body as Record<string, string>;
      expect(Date.parse(String(updatedAt))).toBeGreaterThanOrEqual(Date.parse(String(createdAt)));
    });

    it('makes no new version of what is so already', async () => {
      await create('A', { label: 'same' });
      const head = await feedHead();
      const answer = await send('PATCH', '/v1/charge-points/A', { label: 'same' });
      expect(answer.body).toMatchObject({ label: 'same', version: 1 });
      expect(await feedAfter(head)).toEqual([]);
    });

    it('lets one of many win that rest on the same version, and tells the others which there is now', async () => {
      await create('A');
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          send('PATCH', '/v1/charge-points/A', { label: `writer ${at}` }, { 'if-match': '"1"' }),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      const lost = answers.filter(({ status }) => status !== 200);
      expect(won).toHaveLength(1);
      for (const answer of lost) {
        expect(typeOf(answer)).toBe('412 version-conflict');
        expect(answer.body['currentVersion']).toBe(2);
        expect(answer.headers.get('etag')).toBe('"2"');
      }
      expect((await api.get('/v1/charge-points/A')).body).toEqual(won[0]?.body);
    });

    it('takes any of several tags, a weakened one, and *', async () => {
      await create('A');
      const patch = (label: string, tag: string): Promise<ApiAnswer> =>
        send('PATCH', '/v1/charge-points/A', { label }, { 'if-match': tag });
      expect((await patch('2', '"9", "1"')).status).toBe(200);
      expect((await patch('3', 'W/"2"')).status).toBe(200);
      expect((await patch('4', '*')).status).toBe(200);
      expect(typeOf(await patch('5', '"another"'))).toBe('412 version-conflict');
      expect(typeOf(await patch('5', '4'))).toBe('400 invalid-parameters');
    });

    it('says 404 of one that there never was, with and without a condition', async () => {
      expect(typeOf(await send('PATCH', '/v1/charge-points/none', { label: 'x' }))).toBe('404 not-found');
      const conditional = send('PATCH', '/v1/charge-points/none', { label: 'x' }, { 'if-match': '"1"' });
      expect(typeOf(await conditional)).toBe('404 not-found');
    });

    it('brings a retired one back by its status alone', async () => {
      await create('A', { label: 'kept' });
      await send('DELETE', '/v1/charge-points/A');
      const path = '/v1/charge-points/A';
      expect(typeOf(await send('PATCH', path, { label: 'x' }))).toBe('409 charge-point-retired');
      expect(typeOf(await send('PATCH', path, { label: 'x' }, { 'if-match': '"1"' }))).toBe(
        '412 version-conflict',
      );
      const back = await send('PATCH', path, { status: 'active' });
      expect(back.body).toMatchObject({ label: 'kept', status: 'active', version: 3 });
    });

    it.each([[{}], [{ id: 'B' }], [{ label: undefined }], [{ version: 1 }], [{ status: '' }]])(
      'refuses %j',
      async (body) => {
        await create('A');
        expect(typeOf(await send('PATCH', '/v1/charge-points/A', body))).toBe('400 invalid-parameters');
      },
    );
  });

  describe('PUT', () => {
    const whole = { label: 'l', site: 's', status: 'held' };

    it('adds one that there is not, replaces one that there is, and changes nothing the third time', async () => {
      const path = '/v1/charge-points/A';
      const first = await send('PUT', path, whole);
      expect(first.status).toBe(201);
      expect(first.headers.get('location')).toBe(path);
      const second = await send('PUT', path, { ...whole, label: 'other' });
      expect(second.status).toBe(200);
      expect(second.body).toMatchObject({ label: 'other', version: 2 });
      const third = await send('PUT', path, { ...whole, label: 'other' });
      expect(third.body).toEqual(second.body);
    });

    it('demands every field', async () => {
      const { body } = await send('PUT', '/v1/charge-points/A', { label: 'x' });
      expect(body['errors']).toMatchObject([{ parameter: 'site' }, { parameter: 'status' }]);
    });

    it('meets no condition where there is none, and makes none then', async () => {
      for (const tag of ['"1"', '*']) {
        const answer = await send('PUT', '/v1/charge-points/A', whole, { 'if-match': tag });
        expect(typeOf(answer)).toBe('412 version-conflict');
      }
      expect((await client.query('select from charge_points')).rowCount).toBe(0);
    });

    it('is refused on a stale version', async () => {
      await send('PUT', '/v1/charge-points/A', whole);
      await send('PUT', '/v1/charge-points/A', { ...whole, label: '2' });
      const stale = await send('PUT', '/v1/charge-points/A', whole, { 'if-match': '"1"' });
      expect(typeOf(stale)).toBe('412 version-conflict');
      const fresh = await send('PUT', '/v1/charge-points/A', whole, { 'if-match': '"2"' });
      expect(fresh.body).toMatchObject({ label: 'l', version: 3 });
    });
  });

  describe('DELETE', () => {
    it('retires, as often as it is asked, and keeps what is known', async () => {
      await create('A', { label: 'kept' });
      const first = await send('DELETE', '/v1/charge-points/A');
      expect({ status: first.status, body: first.body }).toEqual({ status: 204, body: {} });
      expect((await send('DELETE', '/v1/charge-points/A')).status).toBe(204);
      expect((await api.get('/v1/charge-points/A')).body).toMatchObject({
        label: 'kept',
        status: 'retired',
        version: 2,
      });
      expect((await send('DELETE', '/v1/charge-points/none')).status).toBe(404);
    });

    it('heeds If-Match', async () => {
      await create('A');
      await send('PATCH', '/v1/charge-points/A', { label: 'changed' });
      const stale = await send('DELETE', '/v1/charge-points/A', undefined, { 'if-match': '"1"' });
      expect(typeOf(stale)).toBe('412 version-conflict');
      const fresh = await send('DELETE', '/v1/charge-points/A', undefined, { 'if-match': '"2"' });
      expect(fresh.status).toBe(204);
    });
  });

  it('puts each change on the feed, as what it is to those who look at the list', async () => {
    const head = await feedHead();
    await create('A', { label: 'one' });
    await send('PATCH', '/v1/charge-points/A', { site: 'north' });
    await send('DELETE', '/v1/charge-points/A');
    await send('DELETE', '/v1/charge-points/A');
    await send('PATCH', '/v1/charge-points/A', { status: 'held' });
    await send('PUT', '/v1/charge-points/A', { label: 'two', site: '', status: 'active' });
    const changes = await feedAfter(head);
    expect(changes.map(({ op }) => op)).toEqual(['insert', 'update', 'delete', 'insert', 'update']);
    expect(changes[1]).toMatchObject({ old: { site: '', version: 1 }, new: { site: 'north', version: 2 } });
    expect(changes[4]).toMatchObject({
      old: { label: 'one', site: 'north', status: 'held', version: 4 },
      new: { label: 'two', site: '', status: 'active', version: 5 },
    });
  });

  describe('the list', () => {
    beforeEach(async () => {
      await create('a-1', { label: 'Gate', site: 'north' });
      await create('b-2', { label: '100% of_it', site: 'south', status: 'held' });
      await create('C-3', { label: 'ÄPFEL', site: 'north' });
      await create('d-4', { site: 'north' });
      await send('DELETE', '/v1/charge-points/d-4');
    });

    it.each<[string, string[]]>([
      ['', ['a-1', 'b-2', 'C-3']],
      ['?status=retired', ['d-4']],
      ['?status=held', ['b-2']],
      ['?status=all&site=north', ['a-1', 'C-3', 'd-4']],
      ['?search=c-', ['C-3']],
      ['?search=GATE', ['a-1']],
      [`?search=${encodeURIComponent('äpf')}`, ['C-3']],
      ['?search=%25', ['b-2']],
      ['?search=_', ['b-2']],
      [`?search=${encodeURIComponent('\\')}`, []],
      [`?search=${encodeURIComponent("' or 1=1 --")}`, []],
      ['?search=-&limit=1000&status=active', ['a-1', 'C-3']],
    ])('%s finds %j', async (query, expected) => {
      expect(ids(await api.get(`/v1/charge-points${query}`)).sort()).toEqual([...expected].sort());
    });

    it('is paged whatever it is filtered by', async () => {
      const first = await api.get('/v1/charge-points?search=-&status=all&limit=3');
      const next = await api.get(
        `/v1/charge-points?search=-&status=all&limit=3&cursor=${String(first.body['nextCursor'])}`,
      );
      expect([...ids(first), ...ids(next)].sort()).toEqual(['C-3', 'a-1', 'b-2', 'd-4']);
      expect(next.body['nextCursor']).toBeNull();
    });

    it.each(['status=on', 'status=active&status=held', 'search=', 'search=a%00', 'include=everything'])(
      'refuses %s',
      async (query) => {
        expect(typeOf(await api.get(`/v1/charge-points?${query}`))).toBe('400 invalid-parameters');
      },
    );

    it('tells on request who is connected since when, in CSV too', async () => {
      await client.query('delete from gateway_processes; delete from connections');
      const alive = '00000000-0000-4000-8000-000000000001';
      const dead = '00000000-0000-4000-8000-000000000002';
      await client.query(
        `insert into gateway_processes (id, host, pid, connections, seen_at) values
           ($1, 'h', 1, 1, now()), ($2, 'h', 2, 1, '2026-03-01T11:00:00Z')`,
        [alive, dead],
      );
      await client.query(
        `insert into connections (charge_point_id, gateway_id, session, revision, protocol, gateway_host, gateway_pid,
           remote_address, connected_at, disconnected_at)
         values ('a-1', $1, 1, 1, 'ocpp1.6', 'h', 1, '::1', '2026-03-01T10:00:00Z', null),
           ('b-2', $2, 1, 1, 'ocpp1.6', 'h', 2, '::1', '2026-03-01T10:00:00Z', null)`,
        [alive, dead],
      );
      const { body } = await api.get('/v1/charge-points?include=connection');
      const connections = Object.fromEntries(
        (body['items'] as { id: string; connection: unknown }[]).map(({ id, connection }) => [
          id,
          connection,
        ]),
      );
      expect(connections).toEqual({
        'a-1': { connected: true, since: '2026-03-01T10:00:00.000Z' },
        'b-2': { connected: false, since: '2026-03-01T11:00:00.000Z' },
        'C-3': null,
      });
      const csv = await fetch(`${api.url}/v1/charge-points?include=connection&search=a-1`, {
        headers: { accept: 'text/csv' },
      });
      expect(await csv.text()).toMatch(
        /connection\.connected,connection\.since\r\na-1,.*,true,2026-03-01T10:00:00\.000Z\r\n$/,
      );
    });

    it('searches 50,000 rows in bounded time, also for what is not there', async () => {
      await client.query(`alter table charge_points disable trigger charge_point_to_feed`);
      await client.query(
        `insert into charge_points (id, label, site) select 'CP-' || n, 'Gate ' || n, 'site ' || n % 100 from generate_series(1, 50000) n`,
      );
      await client.query('alter table charge_points enable trigger charge_point_to_feed');
      const begun = performance.now();
      expect(ids(await api.get('/v1/charge-points?search=nothing%20like%20it'))).toEqual([]);
      expect(ids(await api.get('/v1/charge-points?search=gate%2049999&include=connection'))).toEqual([
        'CP-49999',
      ]);
      expect(performance.now() - begun).toBeLessThan(15_000);
    });
  });

  it('answers methods that a path does not have by those that it has', async () => {
    const answer = await send('DELETE', '/v1/charge-points');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    const options = await send('OPTIONS', '/v1/charge-points/A');
    expect(options.headers.get('allow')).toBe('GET, HEAD, PUT, PATCH, DELETE, OPTIONS');
  });
});
