import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, meterValues, TestClient } from '../harness/gateway.js';
import { createTestTrust, type TestTrust } from '../harness/listener-tls.js';
import { meterpulse, startMeterpulse, type Running } from '../harness/meterpulse.js';

/** All roles in processes of their own, as `npm start` has them. */
describe('all roles behind TLS', () => {
  let trust: TestTrust;
  let directory: string;
  let running: Running;
  let environment: Record<string, string>;
  let ca: string;
  const ports: Record<'gateway' | 'api' | 'live' | 'admin', number> = {
    gateway: 0,
    api: 0,
    live: 0,
    admin: 0,
  };

  beforeAll(async () => {
    [trust, directory] = await Promise.all([
      createTestTrust(),
      mkdtemp(join(tmpdir(), 'meterpulse-tls-all-')),
    ]);
    ca = await readFile(trust.serverCa.caFile, 'utf8');
    environment = {
      DATA_DIR: join(directory, 'data'),
      ...{ GATEWAY_PORT: '0', API_PORT: '0', LIVE_PORT: '0', ADMIN_PORT: '0', GATEWAY_PROCESSES: '2' },
      GATEWAY_DRAIN_MS: '0',
      TLS_CERT_FILE: trust.server.certFile,
      TLS_KEY_FILE: trust.server.keyFile,
      TLS_CLIENT_CA_FILE: trust.clientCa.caFile,
      GATEWAY_TLS: 'mutual',
      GATEWAY_PLAIN_PORT: '0',
    };
    running = startMeterpulse(['all'], environment);
    const port = async (pattern: RegExp): Promise<number> => Number((await running.said(pattern))[1]);
    ports.gateway = await port(/gateway on wss:\/\/127\.0\.0\.1:(\d+)/);
    ports.api = await port(/REST API on https:\/\/127\.0\.0\.1:(\d+)/);
    ports.live = await port(/live feed on wss:\/\/127\.0\.0\.1:(\d+)/);
    ports.admin = await port(/health and metrics on https:\/\/127\.0\.0\.1:(\d+)/);
  });
  afterAll(async () => {
    await running.stop();
    await trust.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const get = (path: string, port: number, options: RequestOptions = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, ca, ...options }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
        response.on('end', () => resolve(body));
      });
      asked.on('error', reject).end();
    });

  it('take a reading by certificate in whichever process, and tell it by API and live feed', async () => {
    const live = await TestClient.open(`wss://localhost:${ports.live}/live`, [], { ca });
    live.send({ type: 'subscribe', id: 's', channel: 'readings' });
    for (const name of ['CP-1', 'CP-2', 'CP-3', 'CP-4']) {
      const { certFile, keyFile } = await trust.clientCa.issue({ name });
      const own = { ca, cert: await readFile(certFile), key: await readFile(keyFile) };
      const client = await TestClient.open(`wss://localhost:${ports.gateway}/ocpp/${name}`, 'ocpp1.6', own);
      client.send([2, 'v', 'MeterValues', meterValues()]);
      await vi.waitFor(() => expect(client.json()).toEqual([[3, 'v', {}]]), soon);
      await expect(
        TestClient.open(`wss://localhost:${ports.gateway}/ocpp/CP-9`, 'ocpp1.6', own),
      ).rejects.toThrow('HTTP 403');
    }
    await vi.waitFor(async () => {
      const stats = JSON.parse(await get('/v1/stats', ports.api)) as { messages: { received: number } };
      expect(stats.messages.received).toBe(4);
    }, soon);
    expect(live.received.join('')).not.toBe('');
  });

  it('say health and metrics, and of what the certificates end, over TLS alone', async () => {
    await vi.waitFor(
      async () => expect(JSON.parse(await get('/health/ready', ports.admin))).toMatchObject({ ready: true }),
      soon,
    );
    const metrics = await get('/metrics', ports.admin);
    for (const listener of ['gateway', 'api', 'live', 'admin']) {
      expect(metrics).toMatch(
        new RegExp(`tls_expires_timestamp_seconds\\{[^}]*listener="${listener}"[^}]*\\} [1-9]`),
      );
    }
    expect(metrics).toMatch(/tls_expires_timestamp_seconds\{[^}]*file="client_ca"/);
    for (const port of Object.values(ports)) {
      await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed');
      await expect(get('/', port, { ca: [] })).rejects.toThrow(/certificate/);
    }
  });

  it('answer the health check of the image', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/health-check.mjs', 'ready'], {
      env: { ...environment, PATH: process.env.PATH, ADMIN_PORT: String(ports.admin) },
    });
    expect(stdout).toContain('200');
  });

  it('have a plain port beside for those that speak no TLS', async () => {
    const [, port = ''] = await running.said(/gateway, without TLS, on ws:\/\/127\.0\.0\.1:(\d+)/);
    const client = await TestClient.open(`ws://127.0.0.1:${port}/ingest`);
    client.send(ingest('m1'));
    await vi.waitFor(() => expect(client.received.join('')).toContain('"accepted"'), soon);
  });

  it('print no key in their configuration', async () => {
    const { code, stdout } = await meterpulse(['config'], environment);
    expect(code).toBe(0);
    expect(stdout).toContain(trust.server.keyFile);
    expect(`${stdout}${running.lines.join('')}`).not.toContain('BEGIN');
  });

  it('stop in time', async () => {
    expect(await running.stop()).toBe(0);
  });
});
