import { describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, startGateway, TestClient } from '../harness/gateway.js';

describe('where the deployment closes idle sockets, the gateway', () => {
  it('closes one that sends no message with a code of its own, although it answers pings', async () => {
    const { url, metric } = await startGateway({ idleCloseMs: 2_000, pingIntervalMs: 400 });
    const openedAt = performance.now();
    const client = await TestClient.open(`${url}/ingest`);
    client.send(ingest('m1'));
    expect(await client.closed).toEqual({
      code: 4002,
      reason: 'idle; connect again with your next reading',
    });
    expect(performance.now() - openedAt).toBeGreaterThanOrEqual(1_980);
    expect(client.received).toHaveLength(1);
    await vi.waitFor(
      async () => expect(await metric('meterpulse_gateway_closed_total', { reason: 'idle' })).toBe(1),
      soon,
    );
  });

  it('keeps one whose message waits for the log, and answers it before it closes', async () => {
    const { url, log } = await startGateway({ idleCloseMs: 1_500, pingIntervalMs: 400 });
    log.mode = 'hold';
    const waiting = await TestClient.open(`${url}/ingest`);
    waiting.send(ingest('m1'));
    await vi.waitFor(() => expect(log.waiting).toBe(1), soon);
    const idle = await TestClient.open(`${url}/ingest`);
    expect(await idle.closed).toMatchObject({ code: 4002 });
    expect(waiting.ws.readyState).toBe(waiting.ws.OPEN);
    log.release('confirm');
    expect(await waiting.closed).toMatchObject({ code: 4002 });
    expect(waiting.json()).toEqual([{ id: 'm1', status: 'accepted' }]);
  });

  it('keeps one that goes on sending', async () => {
    const { url } = await startGateway({ idleCloseMs: 2_000, pingIntervalMs: 400 });
    const [busy, idle] = [await TestClient.open(`${url}/ingest`), await TestClient.open(`${url}/ingest`)];
    const sending = setInterval(() => busy.send(ingest('m')), 50);
    try {
      expect(await idle.closed).toMatchObject({ code: 4002 });
      expect(busy.ws.readyState).toBe(busy.ws.OPEN);
    } finally {
      clearInterval(sending);
    }
  });
});
