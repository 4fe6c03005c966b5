import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { AdminServer, type AdminServerOptions } from './admin-server.js';

const started: AdminServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(options: Partial<AdminServerOptions>): Promise<{ admin: AdminServer; url: string }> {
  const admin = new AdminServer({
    host: '127.0.0.1',
    port: 0,
    checks: {},
    metrics: () => Promise.resolve('meterpulse_up 1\n'),
    logger: pino({ level: 'silent' }),
    ...options,
  });
  started.push(admin);
  const { port } = await admin.start();
  return { admin, url: `http://127.0.0.1:${port}` };
}

const ok = (): void => undefined;

describe('the admin server', () => {
  it('is live whatever its parts say', async () => {
    const { url } = await start({ checks: { log: () => Promise.reject(new Error('away')) } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('is ready when every part works', async () => {
    const { url } = await start({ checks: { database: ok, log: () => Promise.resolve() } });
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, checks: { database: 'ok', log: 'ok' } });
  });

  it('names the part that does not work, and why', async () => {
    const fails = (): never => {
      throw new Error('connection refused');
    };
    const { url } = await start({ checks: { database: fails, log: ok } });
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ready: false,
      checks: { database: 'connection refused', log: 'ok' },
    });
  });

  it('answers within the time a probe waits although a part hangs', async () => {
    const { url } = await start({ checks: { log: () => new Promise<void>(() => undefined) } });
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('no answer within 900 ms');
  });

  it('is not ready any more once it is about to stop', async () => {
    const { admin, url } = await start({ checks: { database: ok } });
    admin.unready();
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('stopping');
  });

  it('gives the metrics as Prometheus reads them', async () => {
    const { url } = await start({});
    const response = await fetch(`${url}/metrics?x=1`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await response.text()).toBe('meterpulse_up 1\n');
  });

  it('shows nothing of an error in the metrics but that there was one', async () => {
    const { url } = await start({ metrics: () => Promise.reject(new Error('secret')) });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/health', 404],
    ['GET', '/metrics/..%2f', 404],
    ['POST', '/metrics', 405],
    ['DELETE', '/health/live', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    const { url } = await start({});
    expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
  });

  it('names the variable to change when its port is taken', async () => {
    const { url } = await start({});
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      remedy: expect.stringContaining('ADMIN_PORT') as string,
    });
    started.pop();
  });
});
