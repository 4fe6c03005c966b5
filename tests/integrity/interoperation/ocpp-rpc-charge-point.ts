import { RPCClient } from 'ocpp-rpc';
import type { OcppVersionName, StartForeignChargePoint } from './foreign-charge-point.js';

interface Session {
  readonly transactionId: string;
  end(): Promise<void>;
}

/** By `ocpp-rpc`; strict: it refuses requests and answers, of either side, against its own copy of the schemas. */
export const startOcppRpcChargePoint: StartForeignChargePoint = async (version, url, identity, beganAt) => {
  const faults: unknown[] = [];
  const client = new RPCClient({
    ...{ endpoint: `${url}/ocpp`, identity, protocols: [`ocpp${version}`], strictMode: true },
    ...{ reconnect: false, callTimeoutMs: 20_000, callConcurrency: 1 },
  } as ConstructorParameters<typeof RPCClient>[0]);
  client.on('badMessage', (fault: unknown) => faults.push(fault));
  client.on('strictValidationFailure', (fault: unknown) => faults.push(fault));
  for (const [action, answer] of Object.entries(ANSWERS[version])) client.handle(action, answer as never);
  const dispose = async (): Promise<void> => {
    await client.close({ force: true });
  };
  try {
    await client.connect();
    const at = (minutes: number): string => new Date(beganAt + minutes * 60_000).toISOString();
    const begin = version === '1.6' ? begin16 : begin201;
    const session = await begin(client, at);
    return {
      transactionId: session.transactionId,
      async finish() {
        await session.end();
        await client.close();
        if (faults.length > 0)
          throw new Error(`the library was sent what it refuses: ${JSON.stringify(faults)}`);
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
};

const accepted = () => ({ status: 'Accepted' });

interface Asked {
  readonly params: Readonly<Record<string, readonly object[]>>;
}

/** What it answers to calls. */
const ANSWERS: Readonly<Record<OcppVersionName, Readonly<Record<string, (call: Asked) => unknown>>>> = {
  '1.6': {
    Reset: accepted,
    TriggerMessage: accepted,
    GetConfiguration: () => ({
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['NoSuchKey'],
    }),
    ChangeConfiguration: accepted,
    RemoteStartTransaction: accepted,
    RemoteStopTransaction: () => ({ status: 'Rejected' }),
    UnlockConnector: () => ({ status: 'Unlocked' }),
    DataTransfer: () => ({ status: 'Accepted', data: 'pong' }),
  },
  '2.0.1': {
    Reset: accepted,
    TriggerMessage: accepted,
    GetVariables: ({ params }) => ({
      getVariableResult: params['getVariableData']?.map((asked) => ({
        ...asked,
        ...{ attributeStatus: 'Accepted', attributeValue: '300' },
      })),
    }),
    SetVariables: ({ params }) => ({
      setVariableResult: params['setVariableData']?.map((asked) => {
        const { component, variable } = asked as { component: object; variable: object };
        return { attributeStatus: 'Accepted', component, variable };
      }),
    }),
    RequestStartTransaction: accepted,
    RequestStopTransaction: () => ({ status: 'Rejected' }),
    UnlockConnector: () => ({ status: 'Unlocked' }),
    DataTransfer: () => ({ status: 'Accepted', data: 'pong' }),
  },
};

async function begin16(client: RPCClient, at: (minutes: number) => string): Promise<Session> {
  const boot = { chargePointVendor: 'Acme', chargePointModel: 'RPC-22', firmwareVersion: '1.2.3' };
  await client.call('BootNotification', boot);
  await client.call('Authorize', { idTag: 'TAG-1' });
  await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
  const start = { connectorId: 1, idTag: 'TAG-1', meterStart: 1_000, timestamp: at(0) };
  const { transactionId } = (await client.call('StartTransaction', start)) as { transactionId: number };
  for (const [minutes, register] of [
    [15, '1500'],
    [30, '2250'],
  ] as const) {
    const sampledValue = [
      { value: register, unit: 'Wh' },
      { value: '11.0', measurand: 'Power.Active.Import', unit: 'kW' },
    ];
    const meterValue = [{ timestamp: at(minutes), sampledValue }];
    await client.call('MeterValues', { connectorId: 1, transactionId, meterValue });
  }
  await client.call('Heartbeat', {});
  await client.call('DataTransfer', { vendorId: 'acme', messageId: 'hello', data: 'world' });
  await client.call('FirmwareStatusNotification', { status: 'Idle' });
  await client.call('DiagnosticsStatusNotification', { status: 'Idle' });
  await client.call('SecurityEventNotification', { type: 'StartupOfTheDevice', timestamp: at(0) });
  await client.call('LogStatusNotification', { status: 'Idle' });
  return {
    transactionId: String(transactionId),
    async end() {
      const stop = { transactionId, idTag: 'TAG-1', meterStop: 3_000, timestamp: at(45), reason: 'Local' };
      await client.call('StopTransaction', stop);
    },
  };
}

async function begin201(client: RPCClient, at: (minutes: number) => string): Promise<Session> {
  const transactionId = 'tx-rpc';
  const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
  let seqNo = 0;
  const event = async (
    eventType: string,
    triggerReason: string,
    minutes: number,
    register: number,
    more: object,
  ) => {
    const context =
      eventType === 'Started'
        ? 'Transaction.Begin'
        : eventType === 'Ended'
          ? 'Transaction.End'
          : 'Sample.Periodic';
    const sampledValue = [
      { value: register, context, unitOfMeasure: { unit: 'Wh' } },
      { value: 11, context, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W', multiplier: 3 } },
    ];
    await client.call('TransactionEvent', {
      ...{
        eventType,
        triggerReason,
        timestamp: at(minutes),
        seqNo: seqNo++,
        evse: { id: 1, connectorId: 1 },
      },
      meterValue: [{ timestamp: at(minutes), sampledValue }],
      ...{ transactionInfo: { transactionId, chargingState: 'Charging' }, ...more },
    });
  };
  await client.call('BootNotification', {
    ...{
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'RPC-22', firmwareVersion: '1.2.3' },
    },
  });
  await client.call('Authorize', { idToken });
  await client.call('StatusNotification', {
    ...{ timestamp: at(0), connectorStatus: 'Occupied', evseId: 1, connectorId: 1 },
  });
  await event('Started', 'Authorized', 0, 1_000, { idToken });
  await event('Updated', 'MeterValuePeriodic', 15, 1_500, {});
  await event('Updated', 'MeterValuePeriodic', 30, 2_250, {});
  const voltage = { value: 231.5, measurand: 'Voltage', phase: 'L1-N', unitOfMeasure: { unit: 'V' } };
  await client.call('MeterValues', {
    ...{ evseId: 1, meterValue: [{ timestamp: at(31), sampledValue: [voltage] }] },
  });
  await client.call('Heartbeat', {});
  await client.call('DataTransfer', { vendorId: 'acme', messageId: 'hello', data: 'world' });
  await client.call('FirmwareStatusNotification', { status: 'Idle' });
  await client.call('LogStatusNotification', { status: 'Idle' });
  await client.call('SecurityEventNotification', { type: 'StartupOfTheDevice', timestamp: at(0) });
  const component = { name: 'OCPPCommCtrlr' };
  const variable = { name: 'HeartbeatInterval' };
  await client.call('NotifyReport', {
    ...{ requestId: 1, generatedAt: at(0), seqNo: 0 },
    reportData: [{ component, variable, variableAttribute: [{ value: '300' }] }],
  });
  await client.call('NotifyEvent', {
    ...{ generatedAt: at(0), seqNo: 0 },
    eventData: [
      {
        ...{ eventId: 1, timestamp: at(0), trigger: 'Alerting', actualValue: 'true' },
        ...{
          eventNotificationType: 'HardWiredNotification',
          component: { name: 'EVSE' },
          variable: { name: 'Problem' },
        },
      },
    ],
  });
  return {
    transactionId,
    async end() {
      const transactionInfo = { transactionId, chargingState: 'Idle', stoppedReason: 'Local' };
      await event('Ended', 'StopAuthorized', 45, 3_000, { transactionInfo, idToken });
    },
  };
}
