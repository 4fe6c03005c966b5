import { describe, expect, it, vi } from 'vitest';
import { decodeEnvelope } from '../../protocol/envelope.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { startGateway, TestClient } from '../harness/gateway.js';

const LENIENCIES = 'meterpulse_gateway_leniencies_total';

describe('a gateway that speaks both versions of OCPP', () => {
  it.each([
    ['ocpp2.0.1,ocpp1.6', 'ocpp2.0.1'],
    ['ocpp1.6,ocpp2.0.1', 'ocpp1.6'],
    ['ocpp2.1,ocpp2.0,ocpp2.0.1', 'ocpp2.0.1'],
  ])('takes of %s the first that it speaks', async (offered, spoken) => {
    const { url } = await startGateway();
    const client = await TestClient.open(`${url}/ocpp/CS-1`, offered.split(','));
    expect(client.ws.protocol).toBe(spoken);
  });

  it('answers a TransactionEvent of 2.0.1 only after the log has it', async () => {
    const { url, log } = await startGateway();
    log.mode = 'hold';
    const station = await TestClient.open(`${url}/ocpp/CS-1`, 'ocpp2.0.1');
    const timestamp = '2024-05-01T10:00:00Z';
    const payload = {
      ...{ eventType: 'Started', timestamp, triggerReason: 'Authorized', seqNo: 0 },
      ...{ transactionInfo: { transactionId: 'tx-1' }, evse: { id: 1 } },
      ...{ idToken: { idToken: 'tag', type: 'Local' } },
      meterValue: [{ timestamp, sampledValue: [{ value: 1250.5, context: 'Transaction.Begin' }] }],
    };
    station.send([2, 'e', 'TransactionEvent', payload]);
    await vi.waitFor(() => expect(log.waiting).toBe(1), soon);
    expect(station.received).toEqual([]);
    log.release('confirm');
    await vi.waitFor(() => expect(station.received).toHaveLength(1), soon);
    expect(station.json()).toEqual([[3, 'e', { idTokenInfo: { status: 'Accepted' } }]]);
    expect(decodeEnvelope(log.messages[0]?.value ?? '')).toMatchObject({
      envelope: { kind: 'transactionEvent', protocol: 'ocpp2.0.1', chargePointId: 'CS-1', payload },
    });
  });

  it('counts what is forgiven by the model that the socket booted with', async () => {
    const { url, metric } = await startGateway();
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Occupied' };
    client.send([2, '1', 'StatusNotification', status]);
    client.send([2, '2', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'M1', x: 1 }]);
    client.send([2, '3', 'StatusNotification', status]);
    client.send([2, '4', 'StatusNotification', { ...status, timestamp: null }]);
    await vi.waitFor(() => expect(client.received).toHaveLength(4), soon);
    expect(await metric(LENIENCIES, { model: 'unknown', leniency: 'unknownValue' })).toBe(1);
    expect(await metric(LENIENCIES, { model: 'Acme M1', leniency: 'unknownValue' })).toBe(2);
    expect(await metric(LENIENCIES, { model: 'Acme M1', leniency: 'nullForAbsent' })).toBe(1);
    expect(await metric(LENIENCIES, { model: 'Acme M1', leniency: 'additionalProperty' })).toBe(1);
    expect(await metric(LENIENCIES)).toBe(5);
  });
});
