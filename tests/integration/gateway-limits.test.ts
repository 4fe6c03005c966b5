import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, RawClient, startGateway, TestClient, type GatewayUnderTest } from '../harness/gateway.js';

const MEBIBYTE = 1024 * 1024;

/** One masked frame (mask 0) with a payload of at most 125 bytes. */
function frame(opcode: number, payload = '', fin = true): Buffer {
  return Buffer.from([
    (fin ? 0x80 : 0) | opcode,
    0x80 | payload.length,
    ...[0, 0, 0, 0],
    ...Buffer.from(payload),
  ]);
}
const TEXT = 1;
const CONTINUATION = 0;
const PING = 9;
const PONG = 10;

async function openRaw({ port, gateway }: GatewayUnderTest): Promise<RawClient> {
  const before = gateway.size;
  const raw = new RawClient(port).upgrade('/ingest');
  await vi.waitFor(() => expect(gateway.size).toBe(before + 1), soon);
  await vi.waitFor(() => expect(raw.status).toBe(101), soon);
  raw.received = '';
  return raw;
}

/** The codes of the close frames in what a raw client has heard; it hears no other frame of more than 125 bytes. */
function closeCodes(raw: RawClient): number[] {
  const bytes = Buffer.from(raw.received, 'latin1');
  const codes: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2 + ((bytes[at + 1] ?? 0) & 0x7f)) {
    if (bytes[at] === 0x88) codes.push(bytes.readUInt16BE(at + 2));
  }
  return codes;
}

async function served({ url }: GatewayUnderTest): Promise<void> {
  const client = await TestClient.open(`${url}/ingest`);
  client.send(ingest('served'));
  await vi.waitFor(() => expect(client.json()).toEqual([{ id: 'served', status: 'accepted' }]), soon);
}

describe('a socket that sends faster than it may', () => {
  it('is read slower: every message is accepted in the end, at about the rate', async () => {
    const gateway = await startGateway({ ingestRate: 20 });
    const client = await TestClient.open(`${gateway.url}/ingest`);
    const startedAt = performance.now();
    for (let index = 0; index < 230; index++) client.send(ingest(String(index)));
    await vi.waitFor(() => expect(client.received.length).toBeGreaterThanOrEqual(200), soon);
    expect(await gateway.metric('meterpulse_gateway_paused_sockets')).toBe(1);
    // It is not taken for dead, and others are served meanwhile.
    await served(gateway);
    const more = 60;
    for (let index = 0; index < more; index++) client.send(ingest(`more-${index}`));
    await vi.waitFor(() => expect(client.received).toHaveLength(290), soon);
    // The burst at once, and the rest at 20 a second; frames of one read come together.
    expect(performance.now() - startedAt).toBeGreaterThan(1_400);
    expect(client.json().every((answer) => (answer as { status: string }).status === 'accepted')).toBe(true);
    const limited = await gateway.metric('meterpulse_gateway_limited_total', { limit: 'ingest_rate' });
    expect(limited).toBeGreaterThanOrEqual(1);
  });

  it('pays for each message of an array', async () => {
    const gateway = await startGateway({ ingestRate: 100 });
    const client = await TestClient.open(`${gateway.url}/ingest`);
    client.send(Array.from({ length: 1_050 }, (_, index) => ingest(String(index))));
    client.send(ingest('after'));
    await vi.waitFor(
      async () => expect(await gateway.metric('meterpulse_gateway_limited_total')).toBe(1),
      soon,
    );
    await vi.waitFor(() => expect(client.received).toHaveLength(2), soon);
  });

  it('on OCPP has a rate of its own', async () => {
    const gateway = await startGateway({ chargePointRate: 5 });
    const client = await TestClient.open(`${gateway.url}/ocpp/CP-1`, 'ocpp1.6');
    for (let index = 0; index < 55; index++) client.send([2, String(index), 'Heartbeat', {}]);
    const limit = { limit: 'charge_point_rate' };
    await vi.waitFor(
      async () => expect(await gateway.metric('meterpulse_gateway_limited_total', limit)).toBe(1),
      soon,
    );
    await vi.waitFor(() => expect(client.received).toHaveLength(55), soon);
  });

  it('is not closed as silent or idle for the time we leave it unread', async () => {
    const gateway = await startGateway({ ingestRate: 1, pingIntervalMs: 400, idleCloseMs: 1_000 });
    const client = await TestClient.open(`${gateway.url}/ingest`);
    // The burst of ten, and half a minute's worth.
    for (let index = 0; index < 40; index++) client.send(ingest(String(index)));
    const paused = () => gateway.metric('meterpulse_gateway_paused_sockets');
    await vi.waitFor(async () => expect(await paused()).toBe(1), soon);
    const silent = await TestClient.open(`${gateway.url}/ingest`, undefined, { autoPong: false });
    expect(await silent.closed).toMatchObject({ code: 1006 });
    const idle = await TestClient.open(`${gateway.url}/ingest`);
    expect(await idle.closed).toMatchObject({ code: 4002 });
    expect(await paused()).toBe(1);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
  });

  it('together with others meets the rate of the process', async () => {
    const gateway = await startGateway({ totalRate: 10 });
    const clients = [
      await TestClient.open(`${gateway.url}/ingest`),
      await TestClient.open(`${gateway.url}/ocpp/CP-1`, 'ocpp1.6'),
    ];
    for (let index = 0; index < 55; index++) {
      clients[0]?.send(ingest(String(index)));
      clients[1]?.send([2, String(index), 'Heartbeat', {}]);
    }
    const limit = { limit: 'total_rate' };
    await vi.waitFor(
      async () =>
        expect(await gateway.metric('meterpulse_gateway_limited_total', limit)).toBeGreaterThanOrEqual(1),
      soon,
    );
    await vi.waitFor(() => expect(clients.map(({ received }) => received.length)).toEqual([55, 55]), soon);
  });
});

describe('one remote address', () => {
  it('has so many connections at once: more get 429 and a Retry-After, and may come when others have left', async () => {
    const gateway = await startGateway({ addressConnections: 3 });
    const clients = [];
    for (let index = 0; index < 3; index++) clients.push(await TestClient.open(`${gateway.url}/ingest`));
    const refused = new RawClient(gateway.port).upgrade('/ingest');
    await refused.closed;
    expect(refused.status).toBe(429);
    expect(refused.received.toLowerCase()).toMatch(/retry-after: [1-5]\r/);
    clients[0]?.ws.close();
    await vi.waitFor(() => expect(gateway.gateway.size).toBe(2), soon);
    await served(gateway);
    const outcome = { outcome: 'address_limit' };
    expect(await gateway.metric('meterpulse_gateway_connections_total', outcome)).toBe(1);
  });

  it('can not hold more by connections that never say anything', async () => {
    const gateway = await startGateway({ addressConnections: 2 });
    const mute = Array.from({ length: 100 }, () => new RawClient(gateway.port));
    const ended = new Set<RawClient>();
    for (const raw of mute) void raw.closed.then(() => ended.add(raw));
    // 2 and the 64 that are kept to be told; the others are cut off at once.
    await vi.waitFor(() => expect(ended.size).toBe(34), soon);
    const left = mute.filter((raw) => !ended.has(raw));
    for (const raw of left) raw.socket.destroy();
    await vi.waitFor(async () => expect(await tryToOpen(gateway)).toBe(101), soon);
  });

  it('connects only so fast, and gets its rate however much it asks for', async () => {
    const gateway = await startGateway({ addressRate: 2 });
    const statuses: number[] = [];
    for (let index = 0; index < 30; index++) statuses.push(await tryToOpen(gateway));
    expect(statuses.slice(0, 20)).toEqual(Array<number>(20).fill(101));
    expect(statuses.slice(20)).toContain(429);
    await vi.waitFor(async () => expect(await tryToOpen(gateway)).toBe(101), soon);
  });

  async function tryToOpen({ port }: GatewayUnderTest): Promise<number> {
    const raw = new RawClient(port).upgrade('/ingest');
    let ended = false;
    void raw.closed.then(() => (ended = true));
    await vi.waitFor(() => expect(ended || raw.status > 0).toBe(true), soon);
    raw.socket.destroy();
    return raw.status;
  }
});

describe('a flood', () => {
  it.each([
    ['pings', PING],
    ['pongs that nobody asked for', PONG],
  ])('of %s closes its socket with 1008, and others are served', async (_what, opcode) => {
    const gateway = await startGateway();
    const raw = await openRaw(gateway);
    raw.socket.write(Buffer.concat(Array.from({ length: 50_000 }, () => frame(opcode, 'x'))));
    await vi.waitFor(() => expect(closeCodes(raw)).toEqual([1008]), soon);
    await served(gateway);
    await raw.closed;
    const reason = { reason: 'control_flood' };
    await vi.waitFor(
      async () => expect(await gateway.metric('meterpulse_gateway_closed_total', reason)).toBe(1),
      soon,
    );
    // It was answered by one pong each until then, and not by 50,000.
    expect(raw.received.length).toBeLessThan(2_000);
  });

  it('of pings is not what a client does that pings every second', async () => {
    const gateway = await startGateway();
    const client = await TestClient.open(`${gateway.url}/ingest`);
    let pongs = 0;
    client.ws.on('pong', () => pongs++);
    for (let index = 0; index < 150; index++) client.ws.ping();
    await vi.waitFor(() => expect(pongs).toBe(150), soon);
    expect(client.ws.readyState).toBe(client.ws.OPEN);
  });

  it('of tiny fragments closes its socket with 1008 before they cost memory', async () => {
    const gateway = await startGateway();
    const raw = await openRaw(gateway);
    const fragments = Array.from({ length: 100_000 }, () => frame(CONTINUATION, 'x', false));
    raw.socket.write(Buffer.concat([frame(TEXT, 'x', false), ...fragments]));
    await vi.waitFor(() => expect(closeCodes(raw)).toEqual([1008]), soon);
    await served(gateway);
  });

  it('of empty fragments closes its socket too', async () => {
    const gateway = await startGateway();
    const raw = await openRaw(gateway);
    const fragments = Array.from({ length: 100_000 }, () => frame(CONTINUATION, '', false));
    raw.socket.write(Buffer.concat([frame(TEXT, '', false), ...fragments]));
    await vi.waitFor(() => expect(closeCodes(raw)).toEqual([1008]), soon);
    await served(gateway);
  });

  it('of fragments is not what a client does that sends a message in some hundreds', async () => {
    const gateway = await startGateway();
    const raw = await openRaw(gateway);
    const text = JSON.stringify(ingest('pieces'));
    const pieces = Array.from(text, (character, index) =>
      frame(index === 0 ? TEXT : CONTINUATION, character, index === text.length - 1),
    );
    raw.socket.write(Buffer.concat(pieces));
    await vi.waitFor(() => expect(raw.received).toContain('"status":"accepted"'), soon);
  });

  it('of headers is answered by 431, in number as in size, and costs no more than the bound', async () => {
    const gateway = await startGateway();
    for (const headers of [
      Array.from({ length: 5_000 }, (_, index) => `X-${index}: x`),
      [`X-Large: ${'x'.repeat(MEBIBYTE)}`],
    ]) {
      const raw = new RawClient(gateway.port).upgrade('/ingest', ...headers);
      await raw.closed;
      expect(raw.status).toBe(431);
    }
    await served(gateway);
  });

  it('of requests that never end is bounded in time, while others are served', async () => {
    const gateway = await startGateway();
    const slow = Array.from({ length: 50 }, () => new RawClient(gateway.port));
    for (const raw of slow) raw.socket.write('GET /ingest HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => slow.forEach((raw, index) => raw.socket.write(`X-${index}: x\r\n`)), 500);
    onTestFinished(() => clearInterval(drip));
    await served(gateway);
    await Promise.all(slow.map(({ closed }) => closed));
    expect(slow.map(({ status }) => status)).toEqual(Array<number>(50).fill(408));
  });
});

describe('compression', () => {
  it('is granted to nobody who offers it, and a compressed frame is no frame', async () => {
    const gateway = await startGateway();
    const offers = 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15';
    const raw = new RawClient(gateway.port).upgrade('/ingest', offers);
    await vi.waitFor(() => expect(raw.status).toBe(101), soon);
    expect(raw.received.toLowerCase()).not.toContain('sec-websocket-extensions');
    raw.received = '';
    // RSV1: a bomb would come like this.
    const bomb = frame(TEXT, 'bomb');
    bomb[0] = 0xc1;
    raw.socket.write(bomb);
    await vi.waitFor(() => expect(closeCodes(raw)).toEqual([1002]), soon);
    await served(gateway);
  });
});
