import { describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, startGateway, TestClient } from '../harness/gateway.js';

describe('a graceful stop', () => {
  it('answers what is in flight before it closes a socket, with 1012', async () => {
    const { url, log, gateway } = await startGateway({ lingerMs: 200 });
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ingest`);
    for (let index = 0; index < 10; index++) client.send(ingest(String(index)));
    await vi.waitFor(() => expect(log.waiting).toBe(1), soon);
    const stopped = gateway.stop();
    expect(client.received).toEqual([]);
    log.release('confirm');
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(client.received).toHaveLength(10);
    await stopped;
    expect(log.messages).toHaveLength(10);
  });

  it('spreads the closing of its sockets over the drain', async () => {
    const { url, gateway } = await startGateway({ drainMs: 600 });
    const clients = await Promise.all(Array.from({ length: 40 }, () => TestClient.open(`${url}/ingest`)));
    const startedAt = performance.now();
    const closedAt = Promise.all(
      clients.map(async ({ closed }) => (await closed, performance.now() - startedAt)),
    );
    await gateway.stop();
    const times = (await closedAt).sort((a, b) => a - b);
    expect(times.at(-1)).toBeGreaterThan(450);
    expect(times.filter((time) => time < 200).length).toBeLessThan(30);
  });

  it('takes messages of a socket until its turn, and refuses new connections by 503 meanwhile', async () => {
    const { url, gateway } = await startGateway({ drainMs: 3_000 });
    const clients: TestClient[] = [];
    for (let index = 0; index < 10; index++) clients.push(await TestClient.open(`${url}/ingest`));
    const stopped = gateway.stop();
    const last = clients[9];
    last?.send(ingest('late'));
    await vi.waitFor(() => expect(last?.json()).toEqual([{ id: 'late', status: 'accepted' }]), soon);
    await expect(TestClient.open(`${url}/ingest`)).rejects.toThrow('HTTP 503');
    await stopped;
    await expect(TestClient.open(`${url}/ingest`)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends within its bound although the log hangs and a peer does not answer the close', async () => {
    const { url, log, gateway } = await startGateway({ publishTimeoutMs: 300 });
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ingest`);
    const deaf = await TestClient.open(`${url}/ingest`);
    deaf.ws.pause();
    client.send(ingest('m1'));
    await vi.waitFor(() => expect(log.waiting).toBe(1), soon);
    const startedAt = performance.now();
    await gateway.stop();
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(client.json()).toMatchObject([{ id: 'm1', status: 'retry' }]);
  });

  it('runs until its signal aborts, and frees its port', async () => {
    const { gateway, port } = await startGateway();
    const abort = new AbortController();
    const running = gateway.run(abort.signal);
    abort.abort();
    await running;
    const { gateway: next } = await startGateway({ port });
    expect(next.size).toBe(0);
  });

  it('says which variable to change when its port is taken', async () => {
    const { port } = await startGateway();
    await expect(startGateway({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
