import { once } from 'node:events';
import { RPCClient } from 'ocpp-rpc';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { transactionIdOf } from '../../protocol/transaction-id.js';
import { startPipeline } from '../harness/pipeline.js';
import { startTcpProxy } from '../harness/tcp-proxy.js';
import { sessionRows, waitingRows } from './session-harness.js';
import { count, counters, naturalRows, quarantinedParts } from './store-harness.js';

const soon = { timeout: 30_000, interval: 20 };
const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const at = (minutes: number): string => new Date(NOW + (minutes - 90) * 60_000).toISOString();

const START = { connectorId: 2, idTag: 'TAG-1', meterStart: 1_000, timestamp: at(0) };
const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'M1' };

interface Started {
  transactionId: number;
  idTagInfo: { status: string };
}

/** A charge point by a library that isn't ours; strict: it refuses requests and answers against the schemas of OCPP 1.6. */
async function connect(endpoint: string, identity: string, strictMode = true) {
  const client = new RPCClient({
    ...{ endpoint: `${endpoint}/ocpp`, identity, protocols: ['ocpp1.6'], strictMode },
    ...{ reconnect: true, callTimeoutMs: 10_000, callConcurrency: 1 },
    backoff: { initialDelay: 20, maxDelay: 100, factor: 2, randomisationFactor: 0.5 },
  } as ConstructorParameters<typeof RPCClient>[0]);
  await client.connect();
  onTestFinished(async () => {
    await client.close({ force: true });
  });
  return client;
}

/** Resolves when the connection that `drop` ends was made anew. */
async function reconnected(client: RPCClient, drop: () => void): Promise<void> {
  const opened = once(client, 'open');
  drop();
  await opened;
}

function meterValues(minute: number, value: string, transactionId: number) {
  const sampledValue = [
    { value, unit: 'kWh' },
    { value: '11.0', measurand: 'Power.Active.Import', unit: 'kW' },
  ];
  return { connectorId: 2, transactionId, meterValue: [{ timestamp: at(minute), sampledValue }] };
}

describe('ocpp-rpc as the charge point', () => {
  it('boots, charges with meter values, stops, loses its connection on the way, and all of it is stored once', async () => {
    const pipeline = await startPipeline();
    const { port, pool } = pipeline;
    const proxy = await startTcpProxy({ targetPort: port });
    onTestFinished(async () => {
      await proxy.close();
    });
    const client = await connect(`ws://127.0.0.1:${proxy.port}`, 'CP/1 é');

    expect(await client.call('BootNotification', BOOT)).toMatchObject({ status: 'Accepted' });
    expect(await client.call('Authorize', { idTag: 'TAG-1' })).toEqual({ idTagInfo: { status: 'Accepted' } });
    await client.call('StatusNotification', { connectorId: 2, errorCode: 'NoError', status: 'Charging' });

    // The Start is stored, yet its answer is lost with the connection.
    const release = pipeline.holdAnswers();
    const lost = expect(client.call('StartTransaction', START)).rejects.toThrow();
    const active = [{ status: 'active' }];
    await vi.waitFor(async () => expect(await sessionRows(pool)).toMatchObject(active), soon);
    await reconnected(client, () => proxy.drop());
    await lost;
    release();
    const started = (await client.call('StartTransaction', START)) as Started;
    const { transactionId } = started;
    expect(started.idTagInfo).toEqual({ status: 'Accepted' });
    expect(await sessionRows(pool)).toMatchObject([{ external_id: String(transactionId), status: 'active' }]);

    expect(await client.call('MeterValues', meterValues(15, '1.5', transactionId))).toEqual({});
    await reconnected(client, () => proxy.drop());
    // It heard the answer and sends the same again all the same: the Start, and the meter values under another id.
    expect(await client.call('StartTransaction', START)).toEqual(started);
    expect(await client.call('MeterValues', meterValues(15, '1.5', transactionId))).toEqual({});
    expect(await client.call('MeterValues', meterValues(30, '2.25', transactionId))).toEqual({});
    const stop = {
      ...{ transactionId, idTag: 'TAG-1', meterStop: 3_000, timestamp: at(45), reason: 'EVDisconnected' },
      transactionData: [
        {
          timestamp: at(45),
          sampledValue: [
            { value: '3000.4', context: 'Transaction.End' },
            { value: '80', measurand: 'SoC', unit: 'Percent', context: 'Transaction.End' },
          ],
        },
      ],
    };
    expect(await client.call('StopTransaction', stop)).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect(await client.call('StopTransaction', stop)).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect(await client.call('DataTransfer', { vendorId: 'acme' })).toEqual({ status: 'UnknownVendorId' });
    expect(await client.call('FirmwareStatusNotification', { status: 'Idle' })).toEqual({});
    expect(await client.call('DiagnosticsStatusNotification', { status: 'Idle' })).toEqual({});
    expect(await client.call('Heartbeat', {})).toHaveProperty('currentTime');

    await vi.waitFor(async () => expect(await counters(pool)).toMatchObject({ received: 8 }), soon);
    expect(await sessionRows(pool)).toMatchObject([
      {
        ...{
          charge_point_id: 'CP/1 é',
          external_id: String(transactionId),
          status: 'ended',
          connector_id: 2,
        },
        ...{ id_tag: 'TAG-1', started_at: new Date(at(0)), meter_start_wh: 1_000 },
        ...{
          stop_id_tag: 'TAG-1',
          ended_at: new Date(at(45)),
          meter_stop_wh: 3_000,
          stop_reason: 'EVDisconnected',
        },
      },
    ]);
    const { readings, conflicts } = await naturalRows(pool);
    expect(conflicts).toEqual([]);
    for (const row of readings) {
      expect(row).toMatchObject({
        charge_point_id: 'CP/1 é',
        connector_id: 2,
        external_id: String(transactionId),
      });
    }
    const energy = readings.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
    expect(energy.map(({ ts, context, value }) => [ts.toISOString(), context, value])).toEqual([
      [at(0), 'MeterStart', 1_000],
      [at(15), 'Sample.Periodic', 1_500],
      [at(30), 'Sample.Periodic', 2_250],
      [at(45), 'MeterStop', 3_000],
      [at(45), 'Transaction.End', 3_000.4],
    ]);
    expect(readings.filter(({ measurand }) => measurand === 'Power.Active.Import')).toHaveLength(2);
    expect(readings.filter(({ measurand }) => measurand === 'SoC')).toHaveLength(1);
    expect(await counters(pool)).toMatchObject({
      ...{ received: 8, messages_stored: 4, messages_duplicate: 4, messages_rejected: 0 },
      ...{ stored: 8, conflicting: 0, rejected: 0 },
    });
    expect(await count(pool, 'quarantine')).toBe(0);
  });

  it('may be heard in an order of its own: the readings of a Stop wait for the connector of its Start', async () => {
    const { url, pool } = await startPipeline();
    const client = await connect(url, 'CP-2');
    const transactionId = transactionIdOf('CP-2', START);
    const stop = { transactionId, meterStop: 3_000, timestamp: at(45) };
    expect(await client.call('StopTransaction', stop)).toEqual({});
    expect(await client.call('MeterValues', meterValues(30, '2.25', transactionId))).toEqual({});
    await vi.waitFor(async () => expect(await counters(pool)).toMatchObject({ received: 2 }), soon);
    expect(await sessionRows(pool)).toMatchObject([
      { external_id: String(transactionId), status: 'unmatched' },
    ]);
    expect(await waitingRows(pool)).toMatchObject([{ context: 'MeterStop', value: 3_000 }]);

    expect(await client.call('StartTransaction', START)).toMatchObject({ transactionId });
    await vi.waitFor(async () => expect(await counters(pool)).toMatchObject({ received: 3 }), soon);
    expect(await sessionRows(pool)).toMatchObject([
      { external_id: String(transactionId), status: 'ended', connector_id: 2, meter_start_wh: 1_000 },
    ]);
    expect(await waitingRows(pool)).toEqual([]);
    const { readings } = await naturalRows(pool);
    const energy = readings.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
    expect(energy.map(({ connector_id, context, value }) => [connector_id, context, value])).toEqual([
      [2, 'MeterStart', 1_000],
      [2, 'Sample.Periodic', 2_250],
      [2, 'MeterStop', 3_000],
    ]);
  });

  it('stops a transaction that never got an id: its readings are those of the charge point', async () => {
    const { url, pool } = await startPipeline();
    const client = await connect(url, 'CP-3');
    expect(
      await client.call('StopTransaction', { transactionId: -1, meterStop: 5, timestamp: at(1) }),
    ).toEqual({});
    await vi.waitFor(async () => expect(await counters(pool)).toMatchObject({ stored: 1 }), soon);
    expect((await naturalRows(pool)).readings).toMatchObject([
      { connector_id: 0, context: 'MeterStop', value: 5 },
    ]);
  });

  it('is refused what it leaves out, which stands in quarantine', async () => {
    const { url, pool } = await startPipeline();
    const client = await connect(url, 'CP-4', false);
    await expect(client.call('StartTransaction', { ...START, idTag: undefined })).rejects.toMatchObject({
      rpcErrorCode: 'OccurenceConstraintViolation',
    });
    await expect(client.call('StopTransaction', { transactionId: 'abc' })).rejects.toMatchObject({
      rpcErrorCode: 'TypeConstraintViolation',
    });
    // Of right types, yet of no use: taken, and quarantined part by part.
    const odd = { ...START, meterStart: 12.5, timestamp: '1970-01-01T00:00:00Z' };
    expect(await client.call('StartTransaction', odd)).toHaveProperty('transactionId');
    await vi.waitFor(async () => expect(await counters(pool)).toMatchObject({ received: 3 }), soon);
    expect(await quarantinedParts(pool)).toMatchObject([
      { reason: 'invalid_session', path: '', raw_kind: 'frame', detail: 'idTag is required' },
      { reason: 'invalid_session', path: '', raw_kind: 'frame' },
      {
        reason: 'invalid_value',
        path: '/meterStart',
        raw: JSON.stringify(odd),
        raw_kind: 'startTransaction',
      },
      { reason: 'timestamp_out_of_range', path: '/timestamp', raw_kind: 'startTransaction' },
    ]);
    expect(await sessionRows(pool)).toMatchObject([
      { status: 'active', started_at: null, meter_start_wh: null },
    ]);
  });
});
