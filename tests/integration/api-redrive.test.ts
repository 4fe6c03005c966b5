import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeEnvelope } from '../../protocol/envelope.js';
import { redriven, redrivenPart } from '../../routes/response/redriven.js';
import { MessagesTooLargeError } from '../../server/broker/messages-too-large-error.js';
import type { LogMessage } from '../../server/broker/message-log.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { ControlledLog } from '../harness/controlled-log.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const RAW =
  '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-01T00:00:00Z","sampledValue":[{"value":"1"}]}]}';

describe('sending quarantined parts again', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let seed: Seed;
  let api: RunningApi;
  let log: ControlledLog;
  let tooLarge: (message: LogMessage) => boolean;
  let offset = 0;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    seed = new Seed(client);
    const publish = async (messages: readonly LogMessage[]): Promise<void> => {
      await log.publish(messages.filter((message) => !tooLarge(message)));
      const indexes = messages.flatMap((message, index) => (tooLarge(message) ? [index] : []));
      if (indexes.length > 0) throw new MessagesTooLargeError(indexes, 1);
    };
    api = await startApi({ databaseUrl: database.url, log: { publish } });
  });

  beforeEach(async () => {
    log = new ControlledLog();
    tooLarge = () => false;
    await client.query('truncate quarantine');
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  function part(given: Partial<Parameters<Seed['quarantine']>[0]> = {}): Promise<number> {
    return seed.quarantine({
      offset: offset++,
      reason: 'unknown_charge_point',
      chargePointId: 'A',
      raw: RAW,
      rawKind: 'meterValues',
      ...given,
    });
  }

  function post(
    path: string,
    body: unknown,
    headers: Record<string, string> = JSON_TYPE,
  ): Promise<ApiAnswer> {
    return api.get(`/v1/quarantine/${path}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** What is on the log: the id of the part, and its charge point. */
  function sent(): unknown[] {
    return log.messages.map(({ key, value }) => {
      const decoded = decodeEnvelope(value);
      return [key, decoded.ok && decoded.envelope.redriveOf];
    });
  }

  it('publishes one under its charge point and answers 202 when the log has it', async () => {
    const id = await part();
    const before = Date.now();
    const { status, body } = await post(`${id}/redrive`, {});
    expect({ status, body: redrivenPart.parse(body) }).toEqual({
      status: 202,
      body: { id, status: 'open', redriven: true },
    });
    const [message] = log.messages;
    expect(message?.key).toBe('A');
    const decoded = decodeEnvelope(message?.value ?? '');
    expect(decoded).toMatchObject({
      ok: true,
      envelope: {
        kind: 'meterValues',
        chargePointId: 'A',
        redriveOf: id,
        payload: JSON.parse(RAW) as unknown,
      },
    });
    expect(decoded.ok && decoded.envelope.receivedAt).toBeGreaterThanOrEqual(before);
  });

  it('waits for the log', async () => {
    const id = await part();
    log.mode = 'hold';
    let answered = false;
    const answer = post(`${id}/redrive`, {}).finally(() => (answered = true));
    await expect.poll(() => log.waiting).toBe(1);
    expect(answered).toBe(false);
    log.release('confirm');
    expect((await answer).status).toBe(202);
  });

  it('takes an empty body for an empty object', async () => {
    const id = await part();
    expect((await post(`${id}/redrive`, '')).status).toBe(202);
  });

  it('does not send a resolved part again', async () => {
    const id = await part({ resolvedAt: '2026-03-02T00:00:00Z' });
    const { status, body } = await post(`${id}/redrive`, {});
    expect({ status, body: redrivenPart.parse(body) }).toEqual({
      status: 200,
      body: { id, status: 'resolved', redriven: false },
    });
    expect(log.messages).toEqual([]);
  });

  it.each([
    ['was kept before parts could be sent again', { rawKind: undefined }, 'before'],
    [
      'is a record that nobody can read',
      { rawKind: 'record', raw: 'poison', chargePointId: null },
      'envelope',
    ],
    ['is not JSON', { raw: '{"connectorId":' }, 'not JSON'],
    ['is not UTF-8', { raw: Buffer.from([0xff, 0xfe]) }, 'not UTF-8'],
    ['is empty', { raw: '' }, 'nothing'],
    ['names no charge point', { chargePointId: null }, 'no charge point'],
    ['is of a kind that is not known', { rawKind: 'later' }, 'before'],
  ])('refuses a part that %s, and says why', async (_, given, why) => {
    const { rawKind, ...rest } = { rawKind: 'meterValues', ...given };
    const id = await part({ ...rest, ...(rawKind === undefined ? {} : { rawKind }) });
    if (rawKind === undefined)
      await client.query('update quarantine set raw_kind = null where id = $1', [id]);
    const { status, body } = await post(`${id}/redrive`, {});
    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: 'urn:meterpulse:problem:not-redrivable',
      detail: expect.stringContaining(why) as string,
    });
    expect(log.messages).toEqual([]);
  });

  it('refuses one that the log is not made for', async () => {
    const id = await part();
    tooLarge = () => true;
    const { status, body } = await post(`${id}/redrive`, {});
    expect({ status, detail: body['detail'] }).toEqual({
      status: 409,
      detail: 'the message log takes no message that large',
    });
  });

  it('answers 503 with Retry-After while the log is down', async () => {
    const id = await part();
    log.mode = 'refuse';
    for (const answer of [await post(`${id}/redrive`, {}), await post('redrive', { ids: [id] })]) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(answer.body).toMatchObject({ type: 'urn:meterpulse:problem:log-unavailable' });
    }
  });

  it('knows of no part that it does not have', async () => {
    expect((await post('1/redrive', {})).status).toBe(404);
    expect((await post('0/redrive', {})).status).toBe(400);
    expect((await post('x/redrive', {})).status).toBe(400);
  });

  describe('many at once', () => {
    async function many(body: unknown) {
      const answer = await post('redrive', body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      return redriven.parse(answer.body);
    }

    it('sends the open parts that fit all filters, the oldest first', async () => {
      const newest = await part({ receivedAt: '2026-03-03T00:00:00Z' });
      const oldest = await part({ receivedAt: '2026-03-01T00:00:00Z' });
      const middle = await part({ receivedAt: '2026-03-02T00:00:00Z', chargePointId: 'B' });
      await part({ reason: 'invalid_value' });
      await part({ resolvedAt: '2026-03-03T00:00:00Z' });
      expect(await many({ reason: 'unknown_charge_point' })).toEqual({
        redriven: 3,
        skipped: [],
        nextCursor: null,
      });
      expect(sent()).toEqual([
        ['A', oldest],
        ['B', middle],
        ['A', newest],
      ]);
      log = new ControlledLog();
      await many({ reason: 'unknown_charge_point', chargePointId: 'B' });
      expect(sent()).toEqual([['B', middle]]);
    });

    it('tells of each id that was not sent why', async () => {
      const good = await part();
      const resolved = await part({ resolvedAt: '2026-03-03T00:00:00Z' });
      const broken = await part({ raw: '{' });
      const other = await part({ chargePointId: 'B' });
      const ids = [good, resolved, broken, other, 999_999, good];
      expect(await many({ ids, chargePointId: 'A' })).toEqual({
        redriven: 1,
        skipped: [
          { id: resolved, detail: 'it is resolved already' },
          { id: other, detail: 'it has another reason or charge point' },
          { id: 999_999, detail: 'there is no such part' },
          { id: broken, detail: expect.stringContaining('not JSON') as string },
        ],
        nextCursor: null,
      });
      expect(sent()).toEqual([['A', good]]);
    });

    it('goes on where it ended, by the cursor', async () => {
      const ids: number[] = [];
      for (let at = 0; at < 7; at++) ids.push(await part());
      let cursor: string | null = null;
      const counts: number[] = [];
      do {
        const answer = await many({ chargePointId: 'A', limit: 3, ...(cursor === null ? {} : { cursor }) });
        counts.push(answer.redriven);
        cursor = answer.nextCursor;
      } while (cursor !== null);
      expect(counts).toEqual([3, 3, 1]);
      expect(sent()).toEqual(ids.map((id) => ['A', id]));
    });

    it('reads 4 MiB at most a request, one part at least', async () => {
      const raw = RAW.replace('"1"', `"${'1'.repeat(1_500_000)}"`);
      for (let at = 0; at < 3; at++) await part({ raw });
      const first = await many({ reason: 'unknown_charge_point' });
      expect(first.redriven).toBe(2);
      const second = await many({ reason: 'unknown_charge_point', cursor: first.nextCursor });
      expect([second.redriven, second.nextCursor]).toEqual([1, null]);
      await client.query('truncate quarantine');
      await part({ raw: `${RAW}${' '.repeat(5_000_000)}` });
      expect(await many({ chargePointId: 'A' })).toMatchObject({ redriven: 1, nextCursor: null });
    });

    it('leaves out what the log is not made for', async () => {
      const small = await part();
      const large = await part({ chargePointId: 'B' });
      tooLarge = ({ key }) => key === 'B';
      expect(await many({ ids: [small, large] })).toEqual({
        redriven: 1,
        skipped: [{ id: large, detail: 'the message log takes no message that large' }],
        nextCursor: null,
      });
    });

    it('answers with nothing when nothing fits', async () => {
      expect(await many({ chargePointId: 'nobody' })).toEqual({ redriven: 0, skipped: [], nextCursor: null });
      expect(log.messages).toEqual([]);
    });

    it.each([
      ['nothing to go by', {}, 'ids', 'at least one of'],
      ['a limit alone', { limit: 5 }, 'ids', 'at least one of'],
      [
        'an unknown field',
        { reason: 'invalid_value', force: true },
        'force',
        'unknown; known are ids, reason',
      ],
      ['a field of every object', '{"__proto__":{"reason":"invalid_value"}}', '__proto__', 'unknown'],
      ['no ids', { ids: [] }, 'ids', 'at least one id'],
      ['too many ids', { ids: Array.from({ length: 1_001 }, (_none, at) => at + 1) }, 'ids', 'at most 1000'],
      ['ids as text', { ids: ['1'] }, 'ids', 'whole numbers'],
      ['ids that are no list', { ids: 1 }, 'ids', 'a list of ids'],
      ['fractions as ids', { ids: [1.5] }, 'ids', 'whole numbers'],
      ['ids below 1', { ids: [0] }, 'ids', 'above 0'],
      ['ids above what PostgreSQL has', { ids: [1e300] }, 'ids', 'whole numbers'],
      ['an unknown reason', { reason: 'x' }, 'reason', 'expected one of'],
      ['a reason that is null', { reason: null }, 'reason', 'expected one of'],
      ['a NUL', { chargePointId: 'A\0' }, 'chargePointId', 'control characters'],
      ['no limit at all', { chargePointId: 'A', limit: 0 }, 'limit', 'from 1 to 1000'],
      ['too high a limit', { chargePointId: 'A', limit: 1_001 }, 'limit', 'from 1 to 1000'],
      ['a limit as text', { chargePointId: 'A', limit: '5' }, 'limit', 'from 1 to 1000'],
      ['a cursor of another list', { chargePointId: 'A', cursor: 'abc' }, 'cursor', 'not a cursor'],
    ])('refuses %s', async (_, body, parameter, message) => {
      const answer = await post('redrive', body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      expect(answer.body).toMatchObject({
        type: 'urn:meterpulse:problem:invalid-parameters',
        errors: expect.arrayContaining([
          { parameter, message: expect.stringContaining(message) as string },
        ]) as unknown[],
      });
      expect(log.messages).toEqual([]);
    });
  });

  describe('a request with a body', () => {
    it.each([
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
      ['plain text', { 'content-type': 'text/plain' }],
      ['what only looks like JSON', { 'content-type': 'application/jsonx' }],
      ['a compressed body', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    ])('is refused when it is %s', async (_, headers) => {
      const { status, body } = await post('redrive', { chargePointId: 'A' }, headers);
      expect([status, body['type']]).toEqual([415, 'urn:meterpulse:problem:unsupported-media-type']);
    });

    it('is refused without a Content-Type, even when it is empty: no page of another site can send it', async () => {
      const answer = await raw(
        api.port,
        'POST /v1/quarantine/1/redrive HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 415 /);
    });

    it('may name its character set', async () => {
      const id = await part();
      const { status } = await post(
        `${id}/redrive`,
        {},
        { 'content-type': 'Application/JSON; charset=utf-8' },
      );
      expect(status).toBe(202);
    });

    it.each([
      ['is no JSON', '{"reason":'],
      ['is a list', '[]'],
      ['is a text', '"x"'],
      ['is null', 'null'],
      ['has something after it', '{} {}'],
      ['is nested without end', '['.repeat(60_000)],
    ])('is refused when it %s', async (_, body) => {
      const answer = await post('redrive', body);
      expect([answer.status, answer.body['type']]).toEqual([400, 'urn:meterpulse:problem:malformed-request']);
    });

    it('is refused when it is not UTF-8', async () => {
      const answer = await api.get('/v1/quarantine/redrive', {
        method: 'POST',
        headers: JSON_TYPE,
        body: Buffer.from([0x7b, 0xff, 0x7d]),
      });
      expect([answer.status, answer.body['detail']]).toEqual([400, 'The body is not UTF-8.']);
    });

    it('is refused when it is larger than 64 KiB, and the connection stays usable', async () => {
      const answer = await post('redrive', `{"chargePointId":"${'x'.repeat(70_000)}"}`);
      expect([answer.status, answer.body['type']]).toEqual([413, 'urn:meterpulse:problem:body-too-large']);
      expect((await post('redrive', { chargePointId: 'A' })).status).toBe(202);
    });

    it('has parameters in its body alone', async () => {
      const { status, body } = await post('redrive?reason=invalid_value', { chargePointId: 'A' });
      expect(status).toBe(400);
      expect(body['errors']).toMatchObject([{ parameter: 'reason' }]);
    });

    it('is answered in JSON or not at all', async () => {
      const { status } = await post('redrive', { chargePointId: 'A' }, { ...JSON_TYPE, accept: 'text/csv' });
      expect(status).toBe(406);
    });
  });

  it.each([
    ['redrive', 'POST, OPTIONS'],
    ['1/redrive', 'POST, OPTIONS'],
    ['1', 'GET, HEAD, OPTIONS'],
    ['reasons', 'GET, HEAD, OPTIONS'],
  ])('tells which methods /v1/quarantine/%s has', async (path, allowed) => {
    const options = await api.get(`/v1/quarantine/${path}`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allowed]);
    const other = allowed.startsWith('POST') ? 'GET' : 'POST';
    for (const method of [other, 'PUT', 'DELETE']) {
      const answer = await api.get(`/v1/quarantine/${path}`, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    }
  });

  it('is measured by route, with its method and status', async () => {
    const id = await part();
    await post(`${id}/redrive`, {});
    expect(await api.registry.metrics()).toMatch(
      /http_request_seconds_count\{route="\/v1\/quarantine\/:id\/redrive",method="POST",status="202"\} \d/,
    );
  });

  it('allows no other site to ask', async () => {
    const answer = await api.get('/v1/quarantine/redrive', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('access-control-allow-headers')).toBeNull();
  });
});

function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
