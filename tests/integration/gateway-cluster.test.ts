import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Counter } from 'prom-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { alive, fixture, ready, runCluster, type RunningCluster, soon } from '../harness/gateway-cluster.js';
import { ingest, RawClient, TestClient } from '../harness/gateway.js';

async function closeCodes(clients: readonly TestClient[]): Promise<number[]> {
  return Promise.all(clients.map(async ({ closed }) => (await closed).code));
}

/** TCP connections of this process: the clients', and those that the primary holds. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** Kills a process between the moment when a client's socket was sent to it and its answer. */
async function killedWhileHanded({ primary, port }: RunningCluster) {
  const pids = primary.pids();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const client = new RawClient(port());
  const workers = Object.values(cluster.workers ?? {});
  // Not null from the moment when node has sent the socket until the process says that it has it.
  const isHanded = (pid: number): boolean => {
    const worker = workers.find((one) => one?.process.pid === pid);
    return (worker?.process as unknown as { _handleQueue: unknown })._handleQueue !== null;
  };
  const pid = await vi.waitUntil(() => pids.find(isHanded), soon);
  process.kill(pid, 'SIGKILL');
  for (const other of pids) if (other !== pid) process.kill(other, 'SIGCONT');
  return { pid, client };
}

describe('the gateway cluster', () => {
  it('serves on one port by several processes, tells it, and adds up their metrics', async () => {
    const cluster = runCluster('serve');
    new Counter({ name: 'of_the_primary', help: 'x', registers: [cluster.registry] }).inc(3);
    await ready(cluster);
    expect(cluster.port()).toBeGreaterThan(0);
    expect(cluster.primary.pids()).toHaveLength(2);
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => TestClient.open(`${cluster.url()}/ingest`)),
    );
    for (const client of clients) client.send(ingest('m'));
    await vi.waitFor(() => expect(clients.every(({ received }) => received.length === 1)).toBe(true), soon);
    const text = await cluster.primary.metrics();
    expect(text).toContain('meterpulse_gateway_messages_total{protocol="json",outcome="accepted"} 8');
    expect(text).toContain('meterpulse_gateway_connections 8');
    expect(text).toContain('meterpulse_gateway_processes 2');
    expect(text).toContain('of_the_primary 3');
    expect(text.match(/# TYPE meterpulse_gateway_messages_total/g)).toHaveLength(1);
    await cluster.stop();
    expect(await closeCodes(clients)).toEqual(Array(8).fill(1012));
    expect(cluster.primary.pids()).toEqual([]);
  });

  it('closes the older socket of a charge point whichever process has it', async () => {
    const cluster = runCluster('serve');
    await ready(cluster);
    let newest = await TestClient.open(`${cluster.url()}/ocpp/CP-1`, 'ocpp1.6');
    for (let again = 0; again < 6; again++) {
      const older = newest;
      newest = await TestClient.open(`${cluster.url()}/ocpp/CP-1`, 'ocpp1.6');
      expect(await older.closed).toMatchObject({ code: 4001 });
    }
    newest.send([2, 'h', 'Heartbeat', {}]);
    await vi.waitFor(() => expect(newest.received).toHaveLength(1), soon);
  });

  it('starts a process again that was killed while a socket was being handed to it', async () => {
    const running = runCluster('serve', { processes: 1 });
    await ready(running);
    const { pid, client } = await killedWhileHanded(running);
    await vi.waitFor(() => expect(running.primary.pids()).not.toContain(pid), soon);
    await ready(running);
    client.socket.destroy();
    const again = await TestClient.open(`${running.url()}/ingest`);
    again.send(ingest('m'));
    await vi.waitFor(() => expect(again.received).toHaveLength(1), soon);
  });

  it('closes the socket that a killed process was being handed, and keeps none of those it had', async () => {
    const running = runCluster('serve', { processes: 2 });
    await ready(running);
    const before = openSockets();
    for (let round = 0; round < 3; round++) {
      const { pid, client } = await killedWhileHanded(running);
      await client.closed;
      await vi.waitFor(() => expect(running.primary.pids()).not.toContain(pid), soon);
      await ready(running);
    }
    await vi.waitFor(() => expect(openSockets()).toBe(before), soon);
    const others = await Promise.all(
      Array.from({ length: 4 }, () => TestClient.open(`${running.url()}/ingest`)),
    );
    for (const other of others) other.send(ingest('m'));
    await vi.waitFor(() => expect(others.every(({ received }) => received.length === 1)).toBe(true), soon);
  });

  it('tries again when a process could not be started, since of such a one there is no exit', async () => {
    const running = runCluster('serve', { processes: 1, crashes: { firstBackoffMs: 50, limit: 1_000 } });
    await ready(running);
    const restarts = async (): Promise<number> =>
      Number(/gateway_restarts_total (\d+)/.exec(await running.primary.metrics())?.[1]);
    onTestFinished(() => cluster.setupPrimary({ cwd: process.cwd() }));
    cluster.setupPrimary({ cwd: '/nowhere' });
    const [pid = 0] = running.primary.pids();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await restarts()).toBeGreaterThanOrEqual(2), soon);
    expect(running.primary.pids()).toEqual([]);
    cluster.setupPrimary({ cwd: process.cwd() });
    await ready(running);
    const client = await TestClient.open(`${running.url()}/ingest`);
    client.send(ingest('m'));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
  });

  it('starts a killed process again on the same port, and its counters do not fall', async () => {
    const cluster = runCluster('serve', { processes: 1 });
    await ready(cluster);
    const [pid = 0] = cluster.primary.pids();
    const client = await TestClient.open(`${cluster.url()}/ingest`);
    client.send(ingest('m'));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    await cluster.primary.metrics();
    process.kill(pid, 'SIGKILL');
    await client.closed;
    await vi.waitFor(() => expect(cluster.primary.pids()).not.toContain(pid), soon);
    await ready(cluster);
    const again = await TestClient.open(`${cluster.url()}/ingest`);
    again.send(ingest('m'));
    await vi.waitFor(() => expect(again.received).toHaveLength(1), soon);
    const text = await cluster.primary.metrics();
    expect(text).toContain('meterpulse_gateway_messages_total{protocol="json",outcome="accepted"} 2');
    expect(text).toContain('meterpulse_gateway_restarts_total 1');
    expect(text).toContain('meterpulse_gateway_connections 1');
  });

  it('gives up with CRASH_LOOP and the last error when a process crashes in a loop', async () => {
    const cluster = runCluster('crash', { crashes: { limit: 3, firstBackoffMs: 10 } });
    await expect(cluster.ended).rejects.toMatchObject({
      code: 'CRASH_LOOP',
      message: expect.stringMatching(/3 times in a row.*exit code 7: no such luck/) as unknown,
    });
    expect(cluster.primary.pids()).toEqual([]);
  });

  it('gives up at once where starting again can not help', async () => {
    await expect(runCluster('hopeless').ended).rejects.toMatchObject({ code: 'LOG_TOPIC_MISSING' });
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(runCluster('serve', { port }).ended).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });

  it('is not ready while a process can not reach its log, and says which and why', async () => {
    const cluster = runCluster('unready', { processes: 1 });
    await vi.waitFor(
      () =>
        expect(cluster.primary.checkReady()).rejects.toThrow(
          'gateway process 1 of 1: the log is out of reach',
        ),
      soon,
    );
    expect(await cluster.primary.isReady()).toBe(false);
  });

  it('kills a process that does not stop in time', async () => {
    const cluster = runCluster('serve', { processes: 1, stopTimeoutMs: 300 });
    await ready(cluster);
    const [pid = 0] = cluster.primary.pids();
    process.kill(pid, 'SIGSTOP');
    await cluster.stop();
    expect(alive(pid)).toBe(false);
  });

  it('stops its processes gracefully when the primary is killed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', fixture('primary.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port, pids } = JSON.parse(line.toString()) as { port: number; pids: number[] };
    expect(pids.map(alive)).toEqual([true, true]);
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => TestClient.open(`ws://127.0.0.1:${port}/ingest`)),
    );
    child.kill('SIGKILL');
    expect(await closeCodes(clients)).toEqual(Array(6).fill(1012));
    await vi.waitFor(() => expect(pids.map(alive)).toEqual([false, false]), soon);
  });
});
