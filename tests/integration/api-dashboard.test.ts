import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DashboardServers } from '../../server/api/dashboard-host/dashboard-servers.js';
import { startApi, type RunningApi } from '../harness/api.js';

const MAX_SCRIPT_BYTES = 150 * 1024;
/** Nothing of it needs the database. */
const databaseUrl = 'postgres://127.0.0.1:1/nowhere';

let directory: string;
let assets: readonly string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'meterpulse-dashboard-'));
  await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: directory } });
  assets = await readdir(join(directory, 'assets'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the built dashboard', () => {
  it('has a script that stays below 150 KB gzipped', async () => {
    const scripts = assets.filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const name of scripts) bytes += gzipSync(await readFile(join(directory, 'assets', name))).length;
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
  });

  it('has a page that names nothing of anybody else, and has no script or style inside', async () => {
    const page = await readFile(join(directory, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|https?:/);
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^\.\//);
  });

  it('loads no font, picture or style from elsewhere', async () => {
    for (const name of assets.filter((each) => each.endsWith('.css'))) {
      const style = await readFile(join(directory, 'assets', name), 'utf8');
      expect(style).not.toMatch(/@import|@font-face|url\(["']?(?!data:|\.)/);
    }
  });
});

describe('the API as the server of the dashboard', () => {
  let api: RunningApi;
  let servers: DashboardServers = { live: null, ingest: null };

  beforeAll(async () => {
    api = await startApi({ databaseUrl, dashboardDirectory: directory, dashboardServers: () => servers });
  });

  afterAll(() => api.stop());

  const fetchFrom = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${api.url}${path}`, { redirect: 'manual', ...init });

  it('gives the page at /, to be asked for again each time, and 304 to who has it', async () => {
    const response = await fetchFrom('/');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const headers = {
      'if-none-match': response.headers.get('etag') ?? '',
      // Otherwise fetch asks for a fresh answer whenever it is given a condition.
      'cache-control': 'max-age=0',
    };
    expect((await fetchFrom('/', { headers })).status).toBe(304);
    expect((await fetchFrom('/', { method: 'HEAD' })).status).toBe(200);
  });

  it('gives every asset for a year, compressed to who takes that', async () => {
    expect(assets.length).toBeGreaterThan(2);
    for (const name of assets) {
      const response = await fetchFrom(`/assets/${name}`, { headers: { 'accept-encoding': 'gzip' } });
      expect([name, response.status]).toEqual([name, 200]);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      if (name.endsWith('.js')) {
        expect(response.headers.get('content-encoding')).toBe('gzip');
        expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
      }
      await response.arrayBuffer();
    }
  });

  it('lets the page run and load what is its own, and connect to the servers that it is told of', async () => {
    servers = {
      live: { url: 'wss://live.example.com/live' },
      ingest: { scheme: 'ws', port: 3000, path: '/ingest' },
    };
    const policy = (await fetchFrom('/')).headers.get('content-security-policy') ?? '';
    const own = `127.0.0.1:${api.port}`;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ws://${own} wss://${own} wss://live.example.com ws://127.0.0.1:3000`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(await (await fetchFrom('/dashboard.json')).json()).toEqual({
      liveUrl: 'wss://live.example.com/live',
      ingestUrl: 'ws://127.0.0.1:3000/ingest',
      signIn: false,
    });
  });

  it('lets no Host header into its policy', async () => {
    servers = { live: null, ingest: { scheme: 'ws', port: 3000, path: '/ingest' } };
    const answered = await new Promise<{ policy: unknown; body: string }>((resolve, reject) => {
      const host = "evil; script-src 'unsafe-inline'";
      const asked = request(`${api.url}/dashboard.json`, { headers: { host } }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ policy: response.headers['content-security-policy'], body }));
      });
      asked.on('error', reject).end();
    });
    expect(JSON.parse(answered.body)).toEqual({ liveUrl: null, ingestUrl: null, signIn: false });
    expect(answered.policy).not.toContain('evil');
  });

  it.each([
    '/assets/',
    '/assets',
    '/assets/nothing.js',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%5cindex.html',
    '/assets/....//index.html',
    '/assets//etc/passwd',
    '/assets/%2fetc%2fpasswd',
    '/assets/x%00.js',
    '/index.html',
    '/charge-points',
    '/v1/nothing',
    '/v1/',
  ])('has no %s, and says so as the API does', async (path) => {
    // Sent as it stands: fetch would resolve the dots.
    const answered = await new Promise<{ status: number | undefined; type: string | undefined }>(
      (resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port: api.port, path }, (response) => {
          response.resume();
          resolve({ status: response.statusCode, type: response.headers['content-type'] });
        });
        asked.on('error', reject).end();
      },
    );
    expect(answered).toEqual({ status: 404, type: 'application/problem+json; charset=utf-8' });
  });

  it('is measured by few routes, whatever is asked for', async () => {
    const metrics = await api.registry.metrics();
    expect(metrics).toContain('route="/"');
    expect(metrics).toContain('route="/assets"');
    expect(metrics).not.toMatch(/route="\/assets\//);
  });
});

describe('an API without a built dashboard', () => {
  it('says at / what to do, and answers all else', async () => {
    const api = await startApi({ databaseUrl, dashboardDirectory: null });
    const page = await fetch(`${api.url}/`);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('npm run build');
    expect((await fetch(`${api.url}/assets/index.js`)).status).toBe(404);
    expect((await fetch(`${api.url}/openapi.json`)).status).toBe(200);
    await api.stop();
  });
});
