import { describe, expect, it, vi } from 'vitest';
import { decodeEnvelope } from '../../protocol/envelope.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, meterValues, startGateway, TestClient } from '../harness/gateway.js';

describe('the gateway', () => {
  it('answers /ingest only after the log has the message', async () => {
    const { url, log } = await startGateway();
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ingest`);
    client.send(ingest('m1'));
    await vi.waitFor(() => expect(log.waiting).toBe(1), soon);
    expect(client.received).toEqual([]);
    log.release('confirm');
    await vi.waitFor(() => expect(client.json()).toEqual([{ id: 'm1', status: 'accepted' }]), soon);
    expect(log.messages).toMatchObject([{ key: 'CP-1' }]);
  });

  it('answers an array by one array in its order', async () => {
    const { url } = await startGateway();
    const client = await TestClient.open(`${url}/ingest`);
    client.send([ingest('a', 'CP-1'), { id: 'b' }, ingest('c', 'CP-2')]);
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    expect(client.json()[0]).toMatchObject([
      { id: 'a', status: 'accepted' },
      { id: 'b', status: 'rejected' },
      { id: 'c', status: 'accepted' },
    ]);
  });

  it('answers OCPP MeterValues after the log has it, and what needs no log meanwhile', async () => {
    const { url, log } = await startGateway();
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ocpp/CP%20%C3%A4`, 'ocpp1.6');
    expect(client.ws.protocol).toBe('ocpp1.6');
    client.send([2, 'v', 'MeterValues', meterValues()]);
    client.send([2, 'h', 'Heartbeat', {}]);
    await vi.waitFor(() => expect(client.json()).toMatchObject([[3, 'h', {}]]), soon);
    log.release('confirm');
    await vi.waitFor(() => expect(client.json()[1]).toEqual([3, 'v', {}]), soon);
    expect(log.messages).toMatchObject([{ key: 'CP ä' }]);
  });

  it('says retry when the log refuses, and accepts the same message afterwards', async () => {
    const { url, log, metric } = await startGateway();
    log.mode = 'refuse';
    const [json, ocpp] = [
      await TestClient.open(`${url}/ingest`),
      await TestClient.open(`${url}/ocpp/A`, 'ocpp1.6'),
    ];
    json.send(ingest('m1'));
    ocpp.send([2, 'v', 'MeterValues', meterValues()]);
    await vi.waitFor(() => expect([...json.json(), ...ocpp.json()]).toHaveLength(2), soon);
    expect(json.json()[0]).toMatchObject({ id: 'm1', status: 'retry' });
    expect(ocpp.json()[0]).toMatchObject([4, 'v', 'InternalError', expect.any(String), {}]);
    log.mode = 'confirm';
    json.send(ingest('m1'));
    await vi.waitFor(() => expect(json.json()[1]).toEqual({ id: 'm1', status: 'accepted' }), soon);
    expect(await metric('meterpulse_gateway_messages_total', { outcome: 'retry' })).toBe(2);
    expect(await metric('meterpulse_gateway_messages_total', { outcome: 'accepted' })).toBe(1);
  });

  it('says retry in time when the log hangs, and frees what the message held', async () => {
    const { url, log, metric } = await startGateway({ publishTimeoutMs: 100 });
    log.mode = 'hold';
    const client = await TestClient.open(`${url}/ingest`);
    client.send(ingest('m1'));
    await vi.waitFor(() => expect(client.json()).toMatchObject([{ id: 'm1', status: 'retry' }]), soon);
    expect(await metric('meterpulse_gateway_in_flight_bytes')).toBe(0);
    expect(await metric('meterpulse_gateway_unanswered_frames')).toBe(0);
  });

  it('publishes the frames of one socket in the order they came', async () => {
    const { url, log } = await startGateway({ batchMaxMessages: 7 });
    const client = await TestClient.open(`${url}/ingest`);
    for (let index = 0; index < 500; index++) client.send(ingest(String(index)));
    await vi.waitFor(() => expect(client.received).toHaveLength(500), soon);
    const ids = log.messages.map(({ value }) => {
      const decoded = decodeEnvelope(value);
      return decoded.ok ? Number(decoded.envelope.messageId) : -1;
    });
    expect(ids).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it('gathers messages of many sockets into few writes', async () => {
    const { url, log } = await startGateway({ lingerMs: 200 });
    const publish = vi.spyOn(log, 'publish');
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, index) => TestClient.open(`${url}/ocpp/CP-${index}`, 'ocpp1.6')),
    );
    for (const client of clients) client.send([2, 'v', 'MeterValues', meterValues()]);
    await vi.waitFor(() => expect(clients.every(({ received }) => received.length === 1)).toBe(true), soon);
    expect(log.messages).toHaveLength(20);
    expect(publish.mock.calls.length).toBeLessThanOrEqual(3);
  });
});

describe('one socket a charge point', () => {
  it('closes the older socket with 4001 when a newer one opens', async () => {
    const { url, gateway } = await startGateway();
    const older = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    const newer = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    expect(await older.closed).toMatchObject({ code: 4001 });
    newer.send([2, 'h', 'Heartbeat', {}]);
    await vi.waitFor(() => expect(newer.received).toHaveLength(1), soon);
    await vi.waitFor(() => expect(gateway.size).toBe(1), soon);
  });

  it('tells of its claims, and lets go when a sibling has a newer one', async () => {
    const onClaimed = vi.fn();
    const { url, gateway } = await startGateway({}, { onClaimed });
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    await TestClient.open(`${url}/ingest`);
    await vi.waitFor(() => expect(onClaimed).toHaveBeenCalledTimes(1), soon);
    const [id, claimedAt] = onClaimed.mock.calls[0] as [string, number];
    expect(id).toBe('CP-1');
    gateway.evict('CP-1', claimedAt - 1);
    gateway.evict('unknown', claimedAt + 1);
    gateway.evict('CP-1', claimedAt + 1);
    expect(await client.closed).toMatchObject({ code: 4001 });
  });
});
