import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';

/** Nothing of it needs the database. */
describe('the documentation that the API serves', () => {
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi({ databaseUrl: 'postgres://127.0.0.1:1/nowhere' });
  });

  afterAll(() => api.stop());

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${api.url}${path}`, { redirect: 'manual', headers });

  it('has the document, and 304 for who has it already', async () => {
    const response = await get('/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ openapi: '3.1.0' });
    const etag = response.headers.get('etag') ?? '';
    // Otherwise fetch asks for a fresh answer whenever it is given a condition.
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    expect((await get('/openapi.json', headers)).status).toBe(304);
  });

  it('has a page of which every part comes from here', async () => {
    const page = await (await get('/docs')).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      const url = new URL(part, `${api.url}/docs`);
      expect(url.origin).toBe(api.url);
      expect({ part, status: (await fetch(url)).status }).toEqual({ part, status: 200 });
    }
  });

  it('lets the page run scripts of its own only: none inline, none evaluated, none of others', async () => {
    const response = await get('/docs');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-eval|https?:|upgrade-insecure-requests/);
    expect(await response.text()).not.toMatch(/<script(?![^>]* src=)/);
  });

  it('leads from /docs/ to the page', async () => {
    const response = await get('/docs/');
    expect([response.status, response.headers.get('location')]).toEqual([302, '../docs']);
  });

  it.each(['/docs/package.json', '/docs/../package.json', '/docs/..%2f..%2fpackage.json', '/docs/x'])(
    'has no %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('is measured by route', async () => {
    await get('/openapi.json');
    expect(await api.registry.metrics()).toContain('route="/openapi.json"');
  });
});
