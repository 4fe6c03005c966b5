import { describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, RawClient, startGateway, TestClient } from '../harness/gateway.js';

const KIB = 1024;

/** A valid message of about `bytes`. */
function large(id: string, bytes: number): string {
  return JSON.stringify({ ...ingest(id), note: 'x'.repeat(bytes) });
}

describe('over its pause mark the gateway', () => {
  it('stops reading those that send, keeps the others, and goes on when the log does', async () => {
    const { url, log, metric } = await startGateway({ pauseBytes: 256 * KIB, refuseBytes: 100_000 * KIB });
    log.mode = 'hold';
    const [sender, quiet] = [await TestClient.open(`${url}/ingest`), await TestClient.open(`${url}/ingest`)];
    const sent = 400;
    for (let index = 0; index < sent; index++) sender.send(large(String(index), 50 * KIB));
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_paused_sockets')).toBe(1), soon);
    const held = await metric('meterpulse_gateway_in_flight_bytes');
    expect(held).toBeGreaterThan(256 * KIB);
    // What one read of the socket brings beyond the mark, not the 20 MB that were sent.
    expect(held).toBeLessThan(1_500 * KIB);
    expect(quiet.ws.readyState).toBe(quiet.ws.OPEN);

    log.release('confirm');
    await vi.waitFor(() => expect(sender.received).toHaveLength(sent), soon);
    expect(log.messages).toHaveLength(sent);
    expect(await metric('meterpulse_gateway_paused_sockets')).toBe(0);
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_in_flight_bytes')).toBe(0), soon);
    quiet.send(ingest('q'));
    await vi.waitFor(() => expect(quiet.received).toHaveLength(1), soon);
  });

  it('leaves the greediest unread first: modest ones are heard and may still connect', async () => {
    const { url, log, metric } = await startGateway({ pauseBytes: 512 * KIB, refuseBytes: 64 * 1024 * KIB });
    log.mode = 'hold';
    const modest = await Promise.all(Array.from({ length: 20 }, () => TestClient.open(`${url}/ingest`)));
    for (const client of modest) client.send(ingest('first'));
    const greedy = await TestClient.open(`${url}/ingest`);
    for (let index = 0; index < 200; index++) greedy.send(large(String(index), 50 * KIB));
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_paused_sockets')).toBe(1), soon);
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_overload_level')).toBe(2), soon);
    const unanswered = await metric('meterpulse_gateway_unanswered_frames');
    for (const client of [...modest, await TestClient.open(`${url}/ingest`)]) client.send(ingest('second'));
    await vi.waitFor(
      async () => expect(await metric('meterpulse_gateway_unanswered_frames')).toBe(unanswered + 21),
      soon,
    );
    expect(await metric('meterpulse_gateway_paused_sockets')).toBe(1);
    expect(await metric('meterpulse_gateway_shed_total', { action: 'socket_paused' })).toBe(1);
    log.release('confirm');
    await vi.waitFor(() => expect(greedy.received).toHaveLength(200), soon);
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_overload_level')).toBe(0), soon);
  });

  it('tells charge points that boot a longer heartbeat interval before it does anything else', async () => {
    const { url, log, metric } = await startGateway({ pauseBytes: 200 * KIB, refuseBytes: 400 * KIB });
    const interval = async (id: string): Promise<number> => {
      const client = await TestClient.open(`${url}/ocpp/${id}`, 'ocpp1.6');
      client.send([2, 'b', 'BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' }]);
      await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
      return (client.json() as [number, string, { interval: number }][])[0]?.[2].interval ?? NaN;
    };
    const calm = await Promise.all(Array.from({ length: 20 }, (_, index) => interval(`CP-${index}`)));
    expect(Math.min(...calm)).toBeGreaterThanOrEqual(270);
    expect(Math.max(...calm)).toBeLessThanOrEqual(330);
    expect(new Set(calm).size).toBeGreaterThan(3);
    log.mode = 'hold';
    const sender = await TestClient.open(`${url}/ingest`);
    sender.send(large('1', 120 * KIB));
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_overload_level')).toBe(1), soon);
    expect(await interval('CP-LATE')).toBeGreaterThanOrEqual(450);
    expect(await metric('meterpulse_gateway_paused_sockets')).toBe(0);
  });

  it('does not take a socket it does not read for dead', async () => {
    const { url, log, metric } = await startGateway({
      pauseBytes: 64 * KIB,
      pingIntervalMs: 400,
      publishTimeoutMs: 60_000,
    });
    log.mode = 'hold';
    const sender = await TestClient.open(`${url}/ingest`);
    sender.send(large('1', 100 * KIB));
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_paused_sockets')).toBe(1), soon);
    // Another socket that is silent shows that liveness is at work meanwhile.
    const dead = await TestClient.open(`${url}/ingest`, undefined, { autoPong: false });
    expect(await dead.closed).toMatchObject({ code: 1006 });
    expect(sender.ws.readyState).toBe(sender.ws.OPEN);
    log.release('confirm');
    await vi.waitFor(() => expect(sender.received).toHaveLength(1), soon);
  });

  it('stays bounded while the log is down for good: everything is answered by retry', async () => {
    const { url, log, metric } = await startGateway({ pauseBytes: 128 * KIB, publishTimeoutMs: 100 });
    log.mode = 'hold';
    const sender = await TestClient.open(`${url}/ingest`);
    const sent = 60;
    for (let index = 0; index < sent; index++) sender.send(large(String(index), 40 * KIB));
    let highest = 0;
    await vi.waitFor(async () => {
      highest = Math.max(highest, await metric('meterpulse_gateway_in_flight_bytes'));
      expect(sender.received).toHaveLength(sent);
    }, soon);
    expect(highest).toBeLessThan(1_000 * KIB);
    expect(sender.json().every((answer) => (answer as { status: string }).status === 'retry')).toBe(true);
  });
});

describe('over its refuse mark the gateway', () => {
  it('refuses new connections with 503 and a Retry-After that differs, and takes them again later', async () => {
    const { url, port, log, metric } = await startGateway({ pauseBytes: 64 * KIB, refuseBytes: 64 * KIB });
    log.mode = 'hold';
    const sender = await TestClient.open(`${url}/ingest`);
    sender.send(large('1', 100 * KIB));
    await vi.waitFor(
      async () => expect(await metric('meterpulse_gateway_in_flight_bytes')).toBeGreaterThan(64 * KIB),
      soon,
    );
    const hints = new Set<string>();
    for (let attempt = 0; attempt < 30; attempt++) {
      const raw = new RawClient(port).upgrade('/ingest');
      await raw.closed;
      expect(raw.status).toBe(503);
      hints.add(/retry-after: (\d+)/i.exec(raw.received)?.[1] ?? '');
    }
    expect(hints.size).toBeGreaterThan(1);
    log.release('confirm');
    await vi.waitFor(() => expect(sender.received).toHaveLength(1), soon);
    await TestClient.open(`${url}/ingest`);
    expect(await metric('meterpulse_gateway_connections_total', { outcome: 'overloaded' })).toBe(30);
  });

  it('answers new messages by retry at once', async () => {
    const { url, log, metric } = await startGateway({ pauseBytes: 64 * KIB, refuseBytes: 64 * KIB });
    const [sender, other] = [await TestClient.open(`${url}/ingest`), await TestClient.open(`${url}/ingest`)];
    log.mode = 'hold';
    sender.send(large('1', 100 * KIB));
    await vi.waitFor(
      async () => expect(await metric('meterpulse_gateway_in_flight_bytes')).toBeGreaterThan(64 * KIB),
      soon,
    );
    other.send(ingest('newest'));
    await vi.waitFor(() => expect(other.json()).toMatchObject([{ id: 'newest', status: 'retry' }]), soon);
  });
});

describe('the gateway is bounded', () => {
  it('in connections', async () => {
    const { url, gateway } = await startGateway({ maxConnections: 2 });
    const first = await TestClient.open(`${url}/ingest`);
    await TestClient.open(`${url}/ingest`);
    await expect(TestClient.open(`${url}/ingest`)).rejects.toThrow('HTTP 503');
    first.ws.close();
    await vi.waitFor(() => expect(gateway.size).toBe(1), soon);
    await TestClient.open(`${url}/ingest`);
  });

  it('in answers that nobody reads: such a client is no longer read, then served again when it reads', async () => {
    const { url, metric } = await startGateway();
    const client = await TestClient.open(`${url}/ingest`);
    const bystander = await TestClient.open(`${url}/ingest`);
    client.ws.pause();
    const frame = JSON.stringify(Array.from({ length: 10_000 }, () => 1));
    let sent = 0;
    await vi.waitFor(async () => {
      for (let more = 0; more < 5; more++, sent++) client.send(frame);
      expect(await metric('meterpulse_gateway_paused_sockets')).toBe(1);
    }, soon);
    bystander.send(ingest('b'));
    await vi.waitFor(() => expect(bystander.received).toHaveLength(1), soon);
    client.ws.resume();
    await vi.waitFor(() => expect(client.received).toHaveLength(sent), soon);
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_paused_sockets')).toBe(0), soon);
  });

  it('in frames that never end: the greediest are cut off before they keep all others waiting', async () => {
    const { url, port, gateway, metric } = await startGateway({
      pauseBytes: 1_000 * KIB,
      refuseBytes: 2_000 * KIB,
    });
    const bystander = await TestClient.open(`${url}/ingest`);
    const halves = Array.from({ length: 6 }, () => new RawClient(port).upgrade('/ingest'));
    await vi.waitFor(() => expect(gateway.size).toBe(7), soon);
    const head = Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0, 0, 0x0f, 0xff, 0xff, 0, 0, 0, 0]);
    for (const half of halves) half.socket.write(Buffer.concat([head, Buffer.alloc(500 * KIB, 'x')]));
    await vi.waitFor(async () => {
      expect(
        await metric('meterpulse_gateway_closed_total', { reason: 'held_bytes' }),
      ).toBeGreaterThanOrEqual(4);
    }, soon);
    await vi.waitFor(
      async () => expect(await metric('meterpulse_gateway_in_flight_bytes')).toBeLessThan(1_000 * KIB),
      soon,
    );
    bystander.send(ingest('b'));
    await vi.waitFor(() => expect(bystander.received).toHaveLength(1), soon);
  });
});
