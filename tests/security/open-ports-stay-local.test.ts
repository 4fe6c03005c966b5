import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startApi } from '../harness/api.js';
import { startGateway } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { exchangeRaw } from '../integration/fuzz/raw-exchange.js';
import { askRaw } from './harness/ask-raw.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: true });
});
afterAll(() => database.drop());

const OPEN = { openHosts: ['meters.example'] };
const startRunningApi = async (openHosts: readonly string[] | null) => {
  const api = await startApi({ databaseUrl: database.url, openHosts });
  onTestFinished(() => api.stop());
  return api;
};

function handshake(path: string, host: string, origin?: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: ocpp1.6',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Without waiting for the end of a socket that was let in. */
async function statusOf(port: number, text: string): Promise<number> {
  const heard = await exchangeRaw(port, [Buffer.from(text)], (all) => all.includes('\r\n\r\n'));
  return Number(heard.toString('latin1').split(' ')[1]);
}

function plain(line: string, host: string, origin?: string): string {
  const lines = [line, `Host: ${host}`, ...(origin === undefined ? [] : [`Origin: ${origin}`])];
  return `${[...lines, 'Content-Type: text/plain', 'Content-Length: 2', 'Connection: close'].join('\r\n')}\r\n\r\n{}`;
}

/** What a browser sends from a page of elsewhere: under its own name, which was made to lead here, or as itself. */
const FOREIGN: readonly [string, string, string | undefined][] = [
  ['under its own name', 'evil.example:3000', 'http://evil.example:3000'],
  ['under its own name, which tells no origin', 'evil.example:3000', undefined],
  ['under a name that begins like ours', 'localhost.evil.example', 'http://localhost.evil.example'],
];
const AS_ITSELF: [string, string, string | undefined][] = [
  ['as itself', 'localhost:3000', 'https://evil.example'],
  ['from a file or a sandbox', '127.0.0.1:3000', 'null'],
];
const OURS: readonly [string, string, string | undefined][] = [
  ['a program', '127.0.0.1:3000', undefined],
  ['a page of this machine, whatever its port', 'localhost:3000', 'http://127.0.0.1:5173'],
  ['through a proxy on it', 'meters.example', 'https://meters.example'],
];

describe('where nobody has to show who they are', () => {
  it.each([...FOREIGN, ...AS_ITSELF])(
    'a page of elsewhere sends no readings: %s',
    async (_, host, origin) => {
      const { port, metric } = await startGateway(OPEN);
      for (const path of ['/ingest', '/ocpp/CP-1']) {
        expect((await askRaw(port, handshake(path, host, origin))).status, path).toBe(403);
      }
      expect(await metric('meterpulse_gateway_connections_total', { outcome: 'forbidden_origin' })).toBe(2);
    },
  );

  it.each([...FOREIGN, ...AS_ITSELF])(
    'a page of elsewhere hears nothing live: %s',
    async (_, host, origin) => {
      const { port } = await startLive(database.url, OPEN);
      expect((await askRaw(port, handshake('/live', host, origin))).status).toBe(403);
    },
  );

  it.each(FOREIGN)('a page of elsewhere reads nothing: %s', async (_, host, origin) => {
    const { port } = await startRunningApi(OPEN.openHosts);
    for (const path of ['/v1/stats', '/', '/openapi.json', '/health']) {
      const answer = await askRaw(port, plain(`GET ${path} HTTP/1.1`, host, origin));
      expect(answer.status, path).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each([...FOREIGN, ...AS_ITSELF])('a page of elsewhere changes nothing: %s', async (_, host, origin) => {
    const { port } = await startRunningApi(OPEN.openHosts);
    expect((await askRaw(port, plain('POST /v1/tickets HTTP/1.1', host, origin))).status).toBe(403);
  });

  it.each(OURS)('is served: %s', async (_, host, origin) => {
    const api = await startRunningApi(OPEN.openHosts);
    const [gateway, live] = [await startGateway(OPEN), await startLive(database.url, OPEN)];
    expect((await askRaw(api.port, plain('GET /v1/session HTTP/1.1', host, origin))).status).toBe(200);
    // Taken for what it is: no JSON.
    expect((await askRaw(api.port, plain('POST /v1/tickets HTTP/1.1', host, origin))).status).toBe(415);
    for (const [port, path] of [
      [gateway.port, '/ingest'],
      [gateway.port, '/ocpp/CP-1'],
      [live.port, '/live'],
    ] as const) {
      expect(await statusOf(port, handshake(path, host, origin)), path).toBe(101);
    }
  });

  it('says what to set to who comes by another name', async () => {
    const { port } = await startRunningApi([]);
    const { text } = await askRaw(port, plain('GET /v1/stats HTTP/1.1', 'meters.example'));
    expect(text).toContain('ALLOWED_HOSTS');
  });
});

describe('where everybody has to show who they are', () => {
  it('they may come by any name', async () => {
    const api = await startRunningApi(null);
    const [gateway] = [await startGateway({ openHosts: null })];
    expect((await askRaw(api.port, plain('GET /v1/session HTTP/1.1', 'meters.example'))).status).toBe(200);
    const page = handshake('/ingest', 'meters.example', 'https://elsewhere.example');
    expect(await statusOf(gateway.port, page)).toBe(101);
  });
});
