import { describe, expect, it } from 'vitest';
import type { OcppVersion } from '../../protocol/ocpp/ocpp-version.js';
import { OCPP_16 } from '../../protocol/ocpp16/ocpp16-protocol.js';
import { OCPP_201 } from '../../protocol/ocpp201/ocpp201-protocol.js';
import type { DeviceControls, Site } from './device-controls.js';
import type { Measurement, SessionFacts, StationDialect } from './dialect.js';
import { ocpp16Dialect } from './ocpp16-dialect.js';
import { ocpp201Dialect } from './ocpp201-dialect.js';

const IDENTITY = { vendor: 'Acme', model: 'M1', firmwareVersion: '1.0' };
const AT = Date.parse('2026-03-01T12:00:00Z');
const SESSION: SessionFacts = {
  ...{ number: 17, connectorId: 1, idTag: 'CARD-1', meterStartWh: 1_000, startedAt: AT },
};
const measurement = (context: string): Measurement => ({
  ...{ at: AT, context, ordinal: 3 },
  samples: [
    { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: '1250' },
    { measurand: 'SoC', unit: 'Percent', value: '40' },
  ],
});
interface Version {
  readonly version: OcppVersion;
  readonly dialect: StationDialect;
}
const VERSIONS: readonly [Version, Version] = [
  { version: OCPP_16, dialect: ocpp16Dialect(IDENTITY) },
  { version: OCPP_201, dialect: ocpp201Dialect(IDENTITY) },
];
const REASONS = ['EVDisconnected', 'Other', 'Remote', 'HardReset', 'SoftReset', 'UnlockCommand'];

function drafts(dialect: StationDialect) {
  return [
    dialect.boot(),
    dialect.heartbeat(),
    ...(['Available', 'Charging', 'Finishing', 'Faulted'] as const).map((each) =>
      dialect.status(2, each, AT),
    ),
    ...dialect.start(SESSION, measurement('Transaction.Begin')),
    ...['Sample.Periodic', 'Trigger'].map((context) => dialect.reading(1, SESSION, measurement(context))),
    ...['Sample.Clock', 'Trigger'].map((context) => dialect.reading(1, null, measurement(context))),
    ...REASONS.flatMap((reason) => dialect.stop(SESSION, 1_250, reason, [measurement('Transaction.End')])),
  ];
}

/** As it leaves: with the id that the server gave. */
function payloadOf(dialect: StationDialect, action: string, body: string): unknown {
  const payload = JSON.parse(body) as object;
  return action === 'StopTransaction' && !dialect.idInBody ? { transactionId: 77, ...payload } : payload;
}

describe.each([...VERSIONS])('a device that speaks $version.name', ({ version, dialect }) => {
  it('says nothing that the official schemas do not know', () => {
    for (const draft of drafts(dialect)) {
      const { action, body } = draft ?? { action: '', body: '' };
      const { validate } = version.schemas.request(action);
      expect([action, validate(payloadOf(dialect, action, body)), validate.errors]).toEqual([
        ...[action, true, null],
      ]);
    }
  });

  it('never gives up what a bill is made of: only samples may be thinned', () => {
    const roles = drafts(dialect).flatMap((draft) => (draft !== null && 'role' in draft ? [draft] : []));
    for (const { body, role } of roles)
      expect(role === 'sample').toBe(!/meterStart|meterStop|Transaction\.(Begin|End)/.test(body));
  });
});

function setUp(dialect: StationDialect, free = true) {
  const done: string[] = [];
  const site: Site = {
    connectors: 2,
    start: (connectorId, idTag) => {
      done.push(`start ${String(connectorId)} ${idTag}`);
      return free;
    },
    stop: (connectorId, reason) => done.push(`stop ${connectorId} ${reason}`) > 0,
    measure: (connectorId) => done.push(`measure ${connectorId}`),
    sampleIntervalS: 60,
  };
  const device: DeviceControls = {
    site,
    heartbeatIntervalS: 300,
    connectorOf: (transactionId) => (transactionId === '77' ? 2 : null),
    reset: (reason) => done.push(`reset ${reason}`),
    boot: () => done.push('boot'),
    heartbeat: () => done.push('heartbeat'),
    sayStatus: (connectorId) => done.push(`status ${connectorId}`),
  };
  const call = (action: string, payload: unknown) => {
    const answer = dialect.answerCall(action, payload, device);
    const before = [...done];
    answer?.then?.();
    return { payload: answer?.payload ?? null, before, done: [...done] };
  };
  return { call, device, site };
}

const evse = (id: number) => ({ evse: { id } });
const place = (component: string, variable: string) => ({
  component: { name: component },
  variable: { name: variable },
});
const HEARTBEAT = place('OCPPCommCtrlr', 'HeartbeatInterval');

/** Version, action, request, what of the answer is told, what is done after it. */
const CALLS: readonly (readonly [0 | 1, string, unknown, object, readonly string[]])[] = [
  [0, 'Reset', { type: 'Hard' }, { status: 'Accepted' }, ['reset HardReset']],
  [0, 'Reset', { type: 'Sometime' }, { status: 'Rejected' }, []],
  [0, 'RemoteStartTransaction', { idTag: 'A' }, { status: 'Accepted' }, ['start null A']],
  [0, 'RemoteStartTransaction', { idTag: 'A', connectorId: 2 }, { status: 'Accepted' }, ['start 2 A']],
  [0, 'RemoteStopTransaction', { transactionId: 77 }, { status: 'Accepted' }, ['stop 2 Remote']],
  [0, 'RemoteStopTransaction', { transactionId: 78 }, { status: 'Rejected' }, []],
  [0, 'UnlockConnector', { connectorId: 1 }, { status: 'Unlocked' }, ['stop 1 UnlockCommand']],
  [0, 'UnlockConnector', { connectorId: 3 }, { status: 'NotSupported' }, []],
  [0, 'TriggerMessage', { requestedMessage: 'Heartbeat' }, { status: 'Accepted' }, ['heartbeat']],
  [0, 'TriggerMessage', { requestedMessage: 'BootNotification' }, { status: 'Accepted' }, ['boot']],
  [0, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 2 }, {}, ['measure 2']],
  [0, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 3 }, { status: 'Rejected' }, []],
  [0, 'TriggerMessage', { requestedMessage: 'StatusNotification' }, {}, ['status 1', 'status 2']],
  [
    ...([0, 'TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }] as const),
    ...([{ status: 'NotImplemented' }, []] as const),
  ],
  [0, 'GetConfiguration', { key: ['HeartbeatInterval', 'Odd'] }, { unknownKey: ['Odd'] }, []],
  [0, 'GetConfiguration', {}, { unknownKey: [] }, []],
  [0, 'ChangeConfiguration', { key: 'Odd', value: '1' }, { status: 'NotSupported' }, []],
  [0, 'ChangeConfiguration', { key: 'NumberOfConnectors', value: '1' }, { status: 'Rejected' }, []],
  [0, 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '-1' }, { status: 'Rejected' }, []],
  [0, 'ClearCache', {}, { status: 'Accepted' }, []],
  [0, 'DataTransfer', { vendorId: 'acme' }, { status: 'UnknownVendorId' }, []],
  [1, 'Reset', { type: 'Immediate' }, { status: 'Accepted' }, ['reset HardReset']],
  [1, 'Reset', { type: 'Immediate', evseId: 1 }, { status: 'Rejected' }, []],
  [
    ...([1, 'RequestStartTransaction'] as const),
    { remoteStartId: 1, evseId: 2, idToken: { idToken: 'A', type: 'Central' } },
    ...([{ status: 'Accepted' }, ['start 2 A']] as const),
  ],
  [1, 'RequestStopTransaction', { transactionId: '77' }, { status: 'Accepted' }, ['stop 2 Remote']],
  [1, 'RequestStopTransaction', { transactionId: 'x' }, { status: 'Rejected' }, []],
  [1, 'UnlockConnector', { evseId: 1, connectorId: 1 }, { status: 'Unlocked' }, ['stop 1 UnlockCommand']],
  [1, 'UnlockConnector', { evseId: 1, connectorId: 2 }, { status: 'UnknownConnector' }, []],
  [1, 'TriggerMessage', { requestedMessage: 'MeterValues', ...evse(1) }, {}, ['measure 1']],
  [1, 'TriggerMessage', { requestedMessage: 'SignV2GCertificate' }, { status: 'NotImplemented' }, []],
  [
    ...([1, 'GetVariables', { getVariableData: [HEARTBEAT, place('Odd', 'X')] }] as const),
    {
      getVariableResult: [
        { attributeStatus: 'Accepted', attributeValue: '300', ...HEARTBEAT },
        { attributeStatus: 'UnknownComponent', ...place('Odd', 'X') },
      ],
    },
    [],
  ],
  [
    ...([1, 'SetVariables'] as const),
    { setVariableData: [{ attributeValue: 'x', ...HEARTBEAT }] },
    ...([{ setVariableResult: [{ attributeStatus: 'Rejected', ...HEARTBEAT }] }, []] as const),
  ],
  [1, 'ClearCache', {}, { status: 'Accepted' }, []],
  [1, 'DataTransfer', { vendorId: 'acme' }, { status: 'UnknownVendorId' }, []],
];

describe('a call of the server', () => {
  it.each(CALLS)('(version %j) %s %j is answered by %j, then %j', (at, action, request, told, then) => {
    const { version, dialect } = VERSIONS[at];
    const { call } = setUp(dialect);
    const { payload, before, done } = call(action, request);
    expect(payload).toMatchObject(told);
    // A start is decided before it is answered; all else is done after.
    if (!action.includes('Start')) expect(before).toEqual([]);
    expect(done).toEqual(then);
    const { validate } = version.schemas.response(action);
    expect([validate(payload), validate.errors]).toEqual([true, null]);
  });

  it('that starts a session is rejected where no connector is free', () => {
    expect(setUp(VERSIONS[0].dialect, false).call('RemoteStartTransaction', { idTag: 'A' }).payload).toEqual({
      status: 'Rejected',
    });
  });

  it('sets intervals', () => {
    const first = setUp(VERSIONS[0].dialect);
    first.call('ChangeConfiguration', { key: 'HeartbeatInterval', value: '20' });
    first.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '30' });
    expect([first.device.heartbeatIntervalS, first.site.sampleIntervalS]).toEqual([20, 30]);
    const second = setUp(VERSIONS[1].dialect);
    const tx = place('SampledDataCtrlr', 'TxUpdatedInterval');
    second.call('SetVariables', {
      setVariableData: [
        { attributeValue: '20', ...HEARTBEAT },
        { attributeValue: '30', ...tx },
      ],
    });
    expect([second.device.heartbeatIntervalS, second.site.sampleIntervalS]).toEqual([20, 30]);
  });

  it.each([null, [], 7, 'x', {}, { type: {} }])('with %j for its payload does no harm', (payload) => {
    for (const { dialect, version } of VERSIONS) {
      for (const action of version.calls) {
        if (action === 'ClearCache' || action === 'DataTransfer') continue;
        expect(setUp(dialect).call(action, payload).done).toEqual([]);
      }
    }
  });

  it('that a device does not serve is not answered as if it did', () => {
    for (const { dialect } of VERSIONS)
      for (const action of ['GetDiagnostics', 'GetLog', 'MakeCoffee', '__proto__', 'constructor'])
        expect(setUp(dialect).call(action, {}).payload).toBeNull();
  });
});
