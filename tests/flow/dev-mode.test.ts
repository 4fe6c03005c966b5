import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAlive } from '../../server/lifecycle/is-alive.js';
import { SourceCopy, type DevMode } from '../harness/dev-mode.js';
import { TestClient } from '../harness/gateway.js';

const soon = { timeout: 60_000, interval: 50 };
const EDITED = 'server/compose/reading-limits.ts';

const received = async (api: string): Promise<number> => {
  const stats = (await (await fetch(`${api}/v1/stats`)).json()) as { messages: { received: number } };
  return stats.messages.received;
};

const reading = (id: string): unknown => ({
  id,
  chargePointId: 'CP-1',
  payload: {
    connectorId: 1,
    meterValue: [{ timestamp: '2026-03-10T06:00:00Z', sampledValue: [{ value: '1250.5', unit: 'kWh' }] }],
  },
});

describe('npm run dev', () => {
  let sources: SourceCopy;
  let dev: DevMode;
  beforeAll(async () => {
    sources = await SourceCopy.make();
    dev = sources.dev('all');
    await dev.started();
  });
  afterAll(async () => {
    await dev.end('SIGINT');
    await sources.remove();
  });

  it('restarts the roles once for a burst of changes; PostgreSQL runs on with its data', async () => {
    const postmaster = await sources.postmaster();
    const client = await TestClient.open(`${dev.gateway}/ingest`);
    client.send(reading('m1'));
    const before = await dev.started(dev.starts.length - 1);
    await vi.waitFor(async () => expect(await received(before.api)).toBe(1), soon);
    const { restarts, starts } = dev;
    for (const file of [EDITED, 'helpers/backoff.ts', 'routes/stats.ts']) {
      await sources.append(file, '\n// changed\n');
    }
    const after = await dev.started(starts.length);
    expect(after.pid).not.toBe(before.pid);
    expect(await received(after.api)).toBe(1);
    expect(await sources.postmaster()).toBe(postmaster);
    expect(isAlive(before.pid)).toBe(false);
    expect(dev.restarts).toBe(restarts + 1);
    const again = await TestClient.open(`${dev.gateway}/ingest`);
    again.send(reading('m2'));
    await vi.waitFor(() => expect(again.received.join('')).toContain('"accepted"'), soon);
    again.ws.terminate();
  });

  it('says where a syntax error is while the program runs on, and restarts when it is mended', async () => {
    const { output, starts } = dev;
    const running = await dev.started(starts.length - 1);
    await sources.append(EDITED, 'export const broken = = 1;\n');
    await dev.says('the program runs on as it was', output.length);
    expect(dev.output.slice(output.length)).toMatch(/reading-limits\.ts:\d+:22/);
    expect(await received(running.api)).toBeGreaterThanOrEqual(0);
    await sources.restore(EDITED);
    await sources.append(EDITED, 'export const mended = 1;\n');
    expect((await dev.started(starts.length)).pid).not.toBe(running.pid);
  });

  it('names the source line of a crash, and waits for a change', async () => {
    const { output, starts } = dev;
    await sources.restore(EDITED);
    await sources.append(EDITED, "\ninterface Gone { a: 1 }\nthrow new Error('on purpose');\n");
    await dev.says('the program ended (exit code 1): waiting for a change', output.length);
    expect(dev.output.slice(output.length)).toMatch(
      /on purpose\s+at .*\/server\/compose\/reading-limits\.ts:\d+/,
    );
    await sources.restore(EDITED);
    await dev.started(starts.length);
  });

  it('lets a role that is started alone attach to it', async () => {
    const alone = sources.dev('api');
    try {
      const { api } = await alone.started();
      expect(await received(api)).toBeGreaterThanOrEqual(0);
    } finally {
      expect(await alone.end('SIGTERM')).toBe(0);
    }
  });

  it('stops the program when it is killed, and takes up the data when it is started again', async () => {
    const killed = await dev.started(dev.starts.length - 1);
    const count = await received(killed.api);
    await dev.end('SIGKILL');
    await vi.waitFor(() => expect(isAlive(killed.pid)).toBe(false), soon);
    dev = sources.dev('all');
    const { api } = await dev.started();
    expect(await received(api)).toBe(count);
  });

  it('leaves nothing running at Ctrl-C', async () => {
    const running = await dev.started(dev.starts.length - 1);
    const postmaster = await sources.postmaster();
    expect(await dev.end('SIGINT')).toBe(0);
    expect([running.pid, postmaster].map(isAlive)).toEqual([false, false]);
    dev = sources.dev('all');
    await dev.started();
  });
});
