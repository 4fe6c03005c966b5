import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import type { ApiServerOptions } from '../../server/api/api-server.js';
import { startGateway } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { askRaw, request } from './harness/ask-raw.js';

/** Nothing of it needs the database. */
const databaseUrl = 'postgres://127.0.0.1:1/nowhere';

async function start(options: Partial<ApiServerOptions>): Promise<RunningApi> {
  const api = await startApi({ databaseUrl, ...options });
  onTestFinished(() => api.stop());
  return api;
}

/** A connection of its own that is not ended by the client. */
async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

const answerOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.once('end', () => resolve(text));
  });

describe('a client of the API', () => {
  it('that sends its headers letter by letter is told 408 and cut off', async () => {
    const api = await start({ headersTimeoutMs: 200, requestTimeoutMs: 60_000 });
    const socket = await connected(api.port);
    socket.write('GET /v1/stats HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('x'), 20);
    onTestFinished(() => clearInterval(drip));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that never says anything is cut off', async () => {
    const api = await start({ headersTimeoutMs: 200, requestTimeoutMs: 200 });
    expect(await answerOf(await connected(api.port))).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('that never ends its body is told 408 and cut off', async () => {
    const api = await start({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const socket = await connected(api.port);
    socket.write(
      'POST /v1/charge-points HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const drip = setInterval(() => socket.write(' '), 50);
    onTestFinished(() => clearInterval(drip));
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that reads nothing of what it asked for is cut off', async () => {
    const api = await start({ stallMs: 300 });
    const socket = await connected(api.port);
    socket.pause();
    // More than the network takes by itself.
    socket.write('GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(40));
    await expect.poll(() => api.registry.metrics()).toMatch(/swagger-ui-bundle.js",.*status="aborted"/);
  });

  it('that takes its time, and reads, is answered all the same', async () => {
    const api = await start({ stallMs: 300 });
    const socket = await connected(api.port);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    socket.write(request('GET /docs/swagger-ui-bundle.js', ['Accept-Encoding: identity']));
    await new Promise((resolve) => socket.once('end', resolve));
    expect(bytes).toBeGreaterThan(1_000_000);
  });

  it('on a connection beyond the limit is told to come again, and is let in once others are gone', async () => {
    const api = await start({ maxConnections: 3 });
    const others = await Promise.all([1, 2, 3].map(() => connected(api.port)));
    const refused = await askRaw(api.port, request('GET /openapi.json'));
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({
      connection: 'close',
      'retry-after': expect.stringMatching(/^[1-6]$/) as string,
    });
    expect(refused.body).toContain('too-many-connections');
    for (const each of others) each.destroy();
    await expect.poll(async () => (await askRaw(api.port, request('GET /openapi.json'))).status).toBe(200);
  });

  it.each<[string, string, number]>([
    ['headers of more than 16 KiB', request('GET /v1/stats', [`X-Long: ${'x'.repeat(17_000)}`]), 431],
    ['a path of more than 16 KiB', request(`GET /${'x'.repeat(17_000)}`), 431],
    [
      'a body of more than 64 KiB',
      request(
        'POST /v1/charge-points',
        ['Content-Type: application/json', 'Content-Length: 65537'],
        ' '.repeat(65_537),
      ),
      413,
    ],
    [
      'a compressed body',
      request(
        'POST /v1/charge-points',
        ['Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 2'],
        '{}',
      ),
      415,
    ],
    [
      'a length and chunks at once (smuggling)',
      request('POST /v1/charge-points', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      400,
    ],
    ['two lengths', request('POST /v1/charge-points', ['Content-Length: 2', 'Content-Length: 3'], '{}'), 400],
    ['a header with a bare line feed', 'GET /v1/stats HTTP/1.1\nHost: x\n\n', 400],
    ['no Host', 'GET /v1/stats HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('that sends %s is refused', async (_, text, status) => {
    const api = await start({});
    expect((await askRaw(api.port, text)).status).toBe(status);
  });
});

describe('a handshake', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
  });
  afterAll(() => database.drop());

  it.each<[string, () => Promise<{ readonly port: number }>, number]>([
    ['the gateway', () => startGateway(), 8 * 1024],
    ['the live feed', () => startLive(database.url), 16 * 1024],
  ])('with more headers than it takes is refused by %s', async (_, startServer, bytes) => {
    const { port } = await startServer();
    const { status } = await askRaw(port, request('GET /live', [`X-Long: ${'x'.repeat(bytes)}`]));
    expect([400, 431]).toContain(status);
  });
});
