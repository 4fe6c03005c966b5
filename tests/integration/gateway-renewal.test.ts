import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { alive, fixture, ready, runCluster, soon } from '../harness/gateway-cluster.js';
import { ingest, TestClient } from '../harness/gateway.js';

/** Value of a series without labels in a Prometheus text. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

/** Connects, sends and reconnects without a pause until it is stopped, and notes whatever a client must not meet. */
function load(url: string, name: string) {
  const outcome = { accepted: 0, restarts: 0, mishaps: [] as string[] };
  const end = new AbortController();
  const isOver = (): boolean => end.signal.aborted;
  let number = 0;
  const running = (async () => {
    while (!isOver()) {
      let client: TestClient;
      try {
        client = await TestClient.open(`${url}/ingest`);
      } catch (error) {
        outcome.mishaps.push(String(error));
        continue;
      }
      let code: number | undefined;
      void client.closed.then((closed) => (code = closed.code));
      for (let message = 0; message < 20 && code === undefined && !isOver(); message++) {
        const id = `${name}-${++number}`;
        client.send(ingest(id));
        const answer = { id, status: 'accepted' };
        await vi.waitFor(() => {
          expect(code !== undefined || client.received.includes(JSON.stringify(answer))).toBe(true);
        }, soon);
        if (client.received.includes(JSON.stringify(answer))) outcome.accepted++;
      }
      if (code === undefined) client.ws.close();
      else if (code === 1012) outcome.restarts++;
      else outcome.mishaps.push(`closed with ${code}`);
    }
  })();
  const stop = async () => {
    end.abort();
    await running;
    return outcome;
  };
  return { outcome, stop };
}

describe('a renewal of the gateway cluster', () => {
  it('replaces its processes one at a time while load goes on, and refuses no connection', async () => {
    const cluster = runCluster('serve', { processes: 2 });
    await ready(cluster);
    const before = cluster.primary.pids();
    const resting = await Promise.all(
      Array.from({ length: 20 }, () => TestClient.open(`${cluster.url()}/ingest`)),
    );
    const clients = Array.from({ length: 4 }, (_, index) => load(cluster.url(), `load-${index}`));
    await vi.waitFor(() => expect(clients.every(({ outcome }) => outcome.accepted > 20)).toBe(true), soon);
    let mostProcesses = 0;
    const watch = setInterval(
      () => (mostProcesses = Math.max(mostProcesses, cluster.primary.pids().length)),
      5,
    );
    expect(await cluster.primary.renewAll()).toBe('renewed');
    clearInterval(watch);
    const outcomes = await Promise.all(clients.map(({ stop }) => stop()));
    expect(outcomes.flatMap(({ mishaps }) => mishaps)).toEqual([]);
    expect(mostProcesses).toBe(3);
    const after = cluster.primary.pids();
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    expect(before.map(alive)).toEqual([false, false]);
    const codes = await Promise.all(resting.map(async ({ closed }) => (await closed).code));
    expect(codes).toEqual(Array<number>(20).fill(1012));
    await cluster.primary.checkReady();
    const text = await cluster.primary.metrics();
    expect(text).toContain('meterpulse_gateway_renewals_total{outcome="renewed"} 2');
    // The counters of those replaced are not lost.
    const accepted = outcomes.reduce((sum, each) => sum + each.accepted, 0);
    const counted = valueOf(text, 'meterpulse_gateway_messages_total{protocol="json",outcome="accepted"}');
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(accepted + 4);
    expect(text).toContain('meterpulse_gateway_restarts_total 0');
  });

  it('asked for again meanwhile makes no second round', async () => {
    const cluster = runCluster('serve', { processes: 2 });
    await ready(cluster);
    await Promise.all([cluster.primary.renewAll(), cluster.primary.renewAll(), cluster.primary.renewAll()]);
    expect(await cluster.primary.metrics()).toContain(
      'meterpulse_gateway_renewals_total{outcome="renewed"} 2',
    );
  });

  it('ends when a new process does not come up, and the old ones go on', async () => {
    const env = { FIXTURE: 'serve' };
    const cluster = runCluster('serve', { processes: 2, env });
    await ready(cluster);
    const before = cluster.primary.pids();
    const client = await TestClient.open(`${cluster.url()}/ingest`);
    env.FIXTURE = 'crash';
    expect(await cluster.primary.renewAll()).toBe('failed');
    expect(cluster.primary.pids()).toEqual(before);
    client.send(ingest('m'));
    await vi.waitFor(() => expect(client.json()).toEqual([{ id: 'm', status: 'accepted' }]), soon);
    await cluster.primary.checkReady();
    env.FIXTURE = 'serve';
    expect(await cluster.primary.renewAll()).toBe('renewed');
    expect(cluster.primary.pids().some((pid) => before.includes(pid))).toBe(false);
  });

  it('survives the end of an old process while its successor comes up', async () => {
    const cluster = runCluster('serve', { processes: 1 });
    await ready(cluster);
    const [old = 0] = cluster.primary.pids();
    const renewed = cluster.primary.renewAll();
    process.kill(old, 'SIGKILL');
    expect(await renewed).toBe('renewed');
    await vi.waitFor(() => expect(cluster.primary.pids()).toHaveLength(1), soon);
    await ready(cluster);
    const client = await TestClient.open(`${cluster.url()}/ingest`);
    client.send(ingest('m'));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
  });

  it('is given up by a stop, which leaves no process behind', async () => {
    const cluster = runCluster('serve', { processes: 2 });
    await ready(cluster);
    const before = cluster.primary.pids();
    const renewed = cluster.primary.renewAll();
    await vi.waitFor(() => expect(cluster.primary.pids().length).toBe(3), soon);
    const all = new Set([...before, ...cluster.primary.pids()]);
    await cluster.stop();
    await renewed;
    expect([...all].map(alive)).toEqual([false, false, false]);
  });

  it('is what SIGHUP asks the primary for', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', fixture('primary.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port, pids } = JSON.parse(line.toString()) as { port: number; pids: number[] };
    child.kill('SIGHUP');
    await vi.waitFor(() => expect(pids.map(alive)).toEqual([false, false]), soon);
    const client = await TestClient.open(`ws://127.0.0.1:${port}/ingest`);
    client.send(ingest('m'));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});
