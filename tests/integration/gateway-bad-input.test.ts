import { describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, meterValues, RawClient, startGateway, TestClient } from '../harness/gateway.js';

const MEBIBYTE = 1024 * 1024;

/** One masked frame (mask 0) as it goes over the wire. */
function frame(payload: Buffer, { opcode = 1, fin = true, length = payload.length } = {}): Buffer {
  const head = Buffer.alloc(14);
  head[0] = (fin ? 0x80 : 0) | opcode;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

async function still(client: TestClient): Promise<void> {
  const before = client.received.length;
  client.send(
    client.ws.protocol === '' ? ingest('still-open', 'CP-OPEN') : [2, 'still-open', 'Heartbeat', {}],
  );
  await vi.waitFor(() => expect(client.received.slice(before).join()).toContain('still-open'), soon);
}

describe('a frame that is not valid gets an answer and the socket stays open', () => {
  it.each([
    ['no JSON', 'hello'],
    ['empty', ''],
    ['10,000-deep JSON', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['10,000-deep JSON that never ends', '{"a":'.repeat(10_000)],
    ['a number', '17'],
    ['null', 'null'],
    ['no charge point', '{"id":"x","payload":{}}'],
    ['a NUL in the id', '{"id":"x","chargePointId":"a\\u0000b","payload":{}}'],
    ['an id of 256 characters', JSON.stringify({ id: 'x', chargePointId: 'x'.repeat(256), payload: {} })],
    ['__proto__ keys', '{"__proto__":{"chargePointId":"CP-9"},"id":"x"}'],
    [
      'a payload with __proto__',
      '{"id":"x","chargePointId":"CP-1","payload":{"__proto__":{"connectorId":1}}}',
    ],
    ['a byte order mark', '\ufeff{"id":"x"}'],
    ['nearly 3 MiB of quotes', '"'.repeat(3 * MEBIBYTE - 1)],
    ['a payload that is a text of 2 MB', JSON.stringify({ ...ingest('x'), payload: '['.repeat(2_000_000) })],
  ])('on /ingest: %s', async (_what, text) => {
    const { url, metric } = await startGateway();
    const client = await TestClient.open(`${url}/ingest`);
    client.send(text);
    await vi.waitFor(() => expect(client.json()[0]).toMatchObject({ status: 'rejected' }), soon);
    expect(client.received[0]).not.toContain('node_modules');
    await still(client);
    const invalid = await metric('meterpulse_gateway_messages_total', { outcome: 'invalid' });
    const rejected = await metric('meterpulse_gateway_messages_total', { outcome: 'rejected' });
    expect(invalid + rejected).toBe(1);
    expect(({} as Record<string, unknown>)['chargePointId']).toBeUndefined();
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', 'hello', /^\[4,"-1",/],
    ['an object', '{}', /^\[4,"-1",/],
    ['10,000-deep JSON', '['.repeat(10_000) + ']'.repeat(10_000), /^\[4,"-1",/],
    ['an unknown action', '[2,"x","Unknown",{}]', /^\[4,"x","NotImplemented"/],
    ['a MeterValues that is no object', '[2,"x","MeterValues",7]', /^\[3,"x",\{\}\]$/],
    ['__proto__ as an action', '[2,"x","__proto__",{}]', /^\[4,"x","NotImplemented"/],
    ['an id of 37 characters', `[2,"${'x'.repeat(37)}","Heartbeat",{}]`, /^\[4,"-1",/],
    ['an unknown message type', '[9,"x"]', /^\[4,"x",/],
  ])('on OCPP: %s', async (_what, text, answer) => {
    const { url } = await startGateway();
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    client.send(text);
    await vi.waitFor(() => expect(client.received[0]).toMatch(answer), soon);
    await still(client);
  });

  it.each(['/ingest', '/ocpp/CP-1'])('a binary frame on %s', async (path) => {
    const { url } = await startGateway();
    const client = await TestClient.open(`${url}${path}`, path === '/ingest' ? undefined : 'ocpp1.6');
    client.ws.send(Buffer.from([0, 1, 2, 255]));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    await still(client);
  });
});

describe('a frame that breaks WebSocket closes its socket by the code of the protocol, and no other', () => {
  async function open(path = '/ingest') {
    const { url, port, gateway } = await startGateway();
    const bystander = await TestClient.open(`${url}/ingest`);
    const raw = new RawClient(port).upgrade(path);
    await vi.waitFor(() => expect(raw.status).toBe(101), soon);
    raw.received = '';
    return { raw, bystander, gateway, url };
  }

  function closeCode(raw: RawClient): number | undefined {
    const bytes = Buffer.from(raw.received, 'latin1');
    return bytes[0] === 0x88 ? bytes.readUInt16BE(2) : undefined;
  }

  it('4 MB: 1009, before the bytes are there', async () => {
    const { raw, bystander } = await open();
    raw.socket.write(frame(Buffer.from('x'), { length: 4_000_000 }));
    await vi.waitFor(() => expect(closeCode(raw)).toBe(1009), soon);
    await raw.closed;
    await still(bystander);
  });

  it('4 MB sent whole by an ordinary client: 1009', async () => {
    const { url } = await open();
    const client = await TestClient.open(`${url}/ingest`);
    client.send('x'.repeat(4_000_000));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('on OCPP, where the charge point is known, a frame that is too large leaves a trace on the log', async () => {
    const { url, log, metric } = await startGateway({ maxFrameBytes: 10_000 });
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    client.send('x'.repeat(10_001));
    expect(await client.closed).toMatchObject({ code: 1009 });
    await vi.waitFor(() => expect(log.messages).toHaveLength(1), soon);
    expect(log.messages[0]?.key).toBe('CP-1');
    expect(JSON.parse(log.messages[0]?.value ?? '')).toMatchObject({
      ...{ kind: 'unreadable', chargePointId: 'CP-1', messageId: null },
      ...{ reason: 'frame_too_large', detail: 'the frame is larger than 10000 bytes', raw: '' },
    });
    const outcome = (name: string) => metric('meterpulse_gateway_messages_total', { outcome: name });
    await vi.waitFor(async () => expect(await outcome('rejected')).toBe(1), soon);
    expect(await metric('meterpulse_gateway_in_flight_bytes')).toBe(0);
  });

  it('on OCPP, a stop waits until that trace is durable', async () => {
    const { url, gateway, log, metric } = await startGateway({ maxFrameBytes: 10_000 });
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    client.send('x'.repeat(10_001));
    await client.closed;
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_unanswered_frames')).toBe(1), soon);
    let stopped = false;
    const stop = gateway.stop().then(() => (stopped = true));
    await vi.waitFor(async () => expect(await metric('meterpulse_gateway_sends_under_way')).toBe(1), soon);
    expect(stopped).toBe(false);
    log.release('confirm');
    await stop;
    expect(log.messages).toHaveLength(1);
  });

  it('on /ingest, where nobody is known to have sent it, it is counted', async () => {
    const { url, log, metric } = await startGateway({ maxFrameBytes: 10_000 });
    const client = await TestClient.open(`${url}/ingest`);
    client.send('x'.repeat(10_001));
    expect(await client.closed).toMatchObject({ code: 1009 });
    const invalid = { outcome: 'invalid' };
    await vi.waitFor(async () => {
      expect(await metric('meterpulse_gateway_messages_total', invalid)).toBe(1);
    }, soon);
    expect(log.messages).toEqual([]);
  });

  it('frames that are broken in other ways leave none: no message was meant', async () => {
    const { port, log, metric } = await startGateway();
    const raw = new RawClient(port).upgrade('/ocpp/CP-1', 'Sec-WebSocket-Protocol: ocpp1.6');
    await vi.waitFor(() => expect(raw.status).toBe(101), soon);
    raw.socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    await raw.closed;
    const closed = () => metric('meterpulse_gateway_closed_total', { reason: 'frame_error' });
    await vi.waitFor(async () => expect(await closed()).toBe(1), soon);
    expect(await metric('meterpulse_gateway_messages_total')).toBe(0);
    expect(log.messages).toEqual([]);
  });

  it('fragments that add up to more: 1009', async () => {
    const { raw, bystander } = await open();
    raw.socket.write(frame(Buffer.alloc(1_600_000, 'a'), { fin: false }));
    raw.socket.write(frame(Buffer.alloc(1_600_000, 'a'), { opcode: 0, fin: false }));
    await vi.waitFor(() => expect(closeCode(raw)).toBe(1009), soon);
    await still(bystander);
  });

  it('invalid UTF-8: 1007', async () => {
    const { raw, bystander } = await open();
    raw.socket.write(frame(Buffer.from([0x22, 0xc3, 0x28, 0x22])));
    await vi.waitFor(() => expect(closeCode(raw)).toBe(1007), soon);
    await still(bystander);
  });

  it('an unmasked frame and a reserved opcode: 1002', async () => {
    const { raw, bystander } = await open();
    raw.socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    await vi.waitFor(() => expect(closeCode(raw)).toBe(1002), soon);
    await still(bystander);
  });

  it('half a frame and then a reset: nothing happens to anybody', async () => {
    const { raw, bystander, gateway } = await open();
    raw.socket.write(frame(Buffer.from('{"id":'), { length: 500 }));
    raw.socket.resetAndDestroy();
    await vi.waitFor(() => expect(gateway.size).toBe(1), soon);
    await still(bystander);
  });

  it('half a frame that never ends: closed as silent', async () => {
    const { port, gateway } = await startGateway({ pingIntervalMs: 100 });
    const raw = new RawClient(port).upgrade('/ingest');
    await vi.waitFor(() => expect(gateway.size).toBe(1), soon);
    const drip = setInterval(() => raw.socket.write('x'), 20);
    raw.socket.write(frame(Buffer.from('{'), { length: 100_000 }));
    await raw.closed;
    clearInterval(drip);
    await vi.waitFor(() => expect(gateway.size).toBe(0), soon);
  });
});

describe('a request that is no handshake gets a plain answer', () => {
  it.each([
    [404, 'GET', '/nowhere'],
    [404, 'POST', '/nowhere'],
    [426, 'GET', '/ingest'],
    [426, 'GET', '/ocpp/CP-1'],
    [405, 'POST', '/ingest'],
    [405, 'DELETE', '/ocpp/CP-1'],
    [400, 'GET', '/ocpp/%zz'],
    [400, 'GET', '/ocpp/a%00b'],
  ])('%i for %s %s', async (status, method, path) => {
    const { port, metric } = await startGateway();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status });
    expect(await metric('meterpulse_gateway_connections_total')).toBe(1);
  });

  it.each<[number, string, string[]]>([
    [404, '/nowhere', []],
    [400, '/ocpp/%', []],
    [400, '/ocpp/a%00', []],
    [426, '/ingest', ['Sec-WebSocket-Version: 7']],
    [426, '/ingest', ['Sec-WebSocket-Version: x, 13']],
    [400, '/ingest', ['Sec-WebSocket-Protocol: a,,b,']],
    [431, '/ingest', [`X-Large: ${'x'.repeat(20_000)}`]],
  ])('%i for an upgrade of %s with %j', async (status, path, headers) => {
    const { port } = await startGateway();
    const raw = new RawClient(port).upgrade(path, ...headers);
    await raw.closed;
    expect(raw.status).toBe(status);
    expect(raw.received).not.toMatch(/\bat .*\.(js|ts)/);
  });

  it.each([
    ['a missing key', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'], 400],
    ['another upgrade', ['Connection: Upgrade', 'Upgrade: h2c'], 426],
  ])('%s', async (_what, headers, status) => {
    const { port } = await startGateway();
    const raw = new RawClient(port).request('GET /ingest HTTP/1.1', 'Host: x', ...headers);
    await raw.closed;
    expect(raw.status).toBe(status);
  });

  it.each([
    ['POST', '/ingest', 405],
    ['GET', '/ocpp/CP-1', 426],
  ])(
    'a %s of %s that asks whether to send its body: %i, and not first to go on',
    async (method, path, status) => {
      const { port } = await startGateway();
      const raw = new RawClient(port).request(
        `${method} ${path} HTTP/1.1`,
        ...['Host: x', 'Connection: close', 'Content-Length: 5', 'Expect: 100-continue'],
      );
      await raw.closed;
      expect(raw.status).toBe(status);
    },
  );

  it('a POST that asks for an upgrade: 405', async () => {
    const { port } = await startGateway();
    const raw = new RawClient(port).request(
      'POST /ingest HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
    );
    await raw.closed;
    expect(raw.status).toBe(405);
  });

  it('something that is not HTTP: 400', async () => {
    const { port, url } = await startGateway();
    const raw = new RawClient(port).request('\u0016\u0003\u0001 not http at all');
    await raw.closed;
    expect(raw.status).toBe(400);
    await still(await TestClient.open(`${url}/ingest`));
  });

  it('headers that drip: 408 within the bound, while others are served', async () => {
    const { port, url } = await startGateway();
    const raw = new RawClient(port);
    raw.socket.write('GET /ingest HTTP/1.1\r\n');
    let lines = 0;
    const drip = setInterval(() => raw.socket.write(`X-${++lines}: x\r\n`), 250);
    await still(await TestClient.open(`${url}/ingest`));
    await raw.closed;
    clearInterval(drip);
    expect(raw.status).toBe(408);
  });
});

describe('OCPP at the door', () => {
  it.each([undefined, 'ocpp2.1', 'mqtt'])(
    'finishes the handshake without the header when %s is offered, then closes with 1002',
    async (subprotocol) => {
      const { port, gateway } = await startGateway();
      const offer = subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`];
      const raw = new RawClient(port).upgrade('/ocpp/CP-1', ...offer);
      await vi.waitFor(() => expect(raw.received).toContain('no common subprotocol'), soon);
      expect(raw.status).toBe(101);
      expect(raw.received.toLowerCase()).not.toContain('sec-websocket-protocol');
      await raw.closed;
      expect(gateway.size).toBe(0);
    },
  );

  it('takes the first subprotocol it speaks', async () => {
    const { port } = await startGateway();
    const raw = new RawClient(port).upgrade('/ocpp/CP-1', 'Sec-WebSocket-Protocol: ocpp2.1, ocpp1.6');
    await vi.waitFor(() => expect(raw.received).toContain('Sec-WebSocket-Protocol: ocpp1.6\r\n'), soon);
  });

  it('refuses a charge point the directory does not know with 404, and takes one it does', async () => {
    const { url } = await startGateway(
      {},
      { directory: { isKnown: (id) => Promise.resolve(id === 'known') } },
    );
    await expect(TestClient.open(`${url}/ocpp/unknown`, 'ocpp1.6')).rejects.toThrow('HTTP 404');
    const client = await TestClient.open(`${url}/ocpp/known`, 'ocpp1.6');
    client.send([2, 'v', 'MeterValues', meterValues()]);
    await vi.waitFor(() => expect(client.json()).toEqual([[3, 'v', {}]]), soon);
  });

  it('asks to come back when the directory fails', async () => {
    const { port } = await startGateway(
      {},
      { directory: { isKnown: () => Promise.reject(new Error('database down: secret')) } },
    );
    const raw = new RawClient(port).upgrade('/ocpp/CP-1', 'Sec-WebSocket-Protocol: ocpp1.6');
    await raw.closed;
    expect(raw.status).toBe(503);
    expect(raw.received.toLowerCase()).toMatch(/retry-after: [1-9]/);
    expect(raw.received).not.toContain('secret');
  });
});
