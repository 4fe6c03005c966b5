import { describe, expect, it } from 'vitest';
import type { ChargerProtocol, Handled } from '../charger-protocol.js';
import { ocpp16Protocol } from '../ocpp16/ocpp16-protocol.js';
import { ocpp201Protocol } from '../ocpp201/ocpp201-protocol.js';
import { LENIENCIES, type Leniency } from './leniencies.js';
import { JUDGED_ELEMENTS, WHOLE_UP_TO } from './payload-sample.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const limits = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') };
const V16 = ocpp16Protocol({ limits });
const V201 = ocpp201Protocol({ limits });

const call = (protocol: ChargerProtocol, action: string, payload: unknown): Handled =>
  protocol.handle(JSON.stringify([2, 'm1', action, payload]), {
    ...{ chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 },
  });
const answerOf = (handled: Handled): unknown[] =>
  JSON.parse(handled.answer(handled.envelopes.map(() => ({ kind: 'durable' }))) ?? '[]') as unknown[];

const TIME = '2026-03-01T11:59:00Z';
const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'M1' };
const STATUS = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
const START = { connectorId: 1, idTag: 'tag', meterStart: 1250, timestamp: TIME };
const STOP = { transactionId: 7, meterStop: 1250, timestamp: TIME };
const VALUES = (sampled: object, fields: object = {}) => ({
  connectorId: 1,
  meterValue: [{ timestamp: TIME, sampledValue: [{ value: '1', ...sampled }], ...fields }],
});
const REPORT = { requestId: 1, generatedAt: TIME, seqNo: 0 };
const PROFILE = {
  id: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    { id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 1.3 }] },
  ],
};
const PROFILES = { requestId: 1, chargingLimitSource: 'CSO', evseId: 1, chargingProfile: [PROFILE] };

const EXAMPLES: readonly (readonly [Leniency, ChargerProtocol, string, unknown])[] = [
  ['zonelessTimestamp', V16, 'StatusNotification', { ...STATUS, timestamp: '2026-03-01T11:59:00' }],
  ['zonelessTimestamp', V16, 'StartTransaction', { ...START, timestamp: '2026-03-01T11:59:00.5' }],
  ['zonelessTimestamp', V16, 'MeterValues', VALUES({}, { timestamp: '2026-03-01T11:59:00' })],
  [
    'zonelessTimestamp',
    V16,
    'StopTransaction',
    { ...STOP, transactionData: VALUES({}, { timestamp: '2026-03-01T11:59:00' }).meterValue },
  ],
  ['zonelessTimestamp', V201, 'NotifyReport', { ...REPORT, generatedAt: '2026-03-01T11:59:00' }],
  ['timestampSpelling', V16, 'StatusNotification', { ...STATUS, timestamp: '2026-03-01T11:59Z' }],
  ['timestampSpelling', V16, 'StartTransaction', { ...START, timestamp: '2026-03-01T11:59:00,5+0100' }],
  ['unusableTimestamp', V16, 'StatusNotification', { ...STATUS, timestamp: 'yesterday' }],
  ['unusableTimestamp', V16, 'StopTransaction', { ...STOP, timestamp: '' }],
  ['numberForString', V16, 'BootNotification', { ...BOOT, chargePointSerialNumber: 4711 }],
  ['numberForString', V16, 'MeterValues', VALUES({ value: 1.5 })],
  [
    'numberForString',
    V201,
    'BootNotification',
    { reason: 'PowerUp', chargingStation: { model: 22, vendorName: 'A' } },
  ],
  ['stringForNumber', V16, 'StatusNotification', { ...STATUS, connectorId: '1' }],
  ['stringForNumber', V16, 'StartTransaction', { ...START, meterStart: '1250' }],
  ['stringForNumber', V201, 'NotifyReport', { ...REPORT, seqNo: '0' }],
  ['stringForBoolean', V201, 'NotifyReport', { ...REPORT, tbc: 'False' }],
  ['stringForBoolean', V201, 'NotifyReport', { ...REPORT, tbc: 0 }],
  ['fractionForInteger', V16, 'StartTransaction', { ...START, meterStart: 12.5 }],
  ['fractionForInteger', V16, 'StopTransaction', { ...STOP, transactionId: 7.5 }],
  ['unitSpelling', V16, 'MeterValues', VALUES({ measurand: 'Temperature', unit: 'Celcius' })],
  ['nullForAbsent', V16, 'BootNotification', { ...BOOT, iccid: null }],
  ['nullForAbsent', V16, 'StopTransaction', { ...STOP, idTag: null, reason: null }],
  ['emptyForAbsent', V16, 'StatusNotification', { ...STATUS, timestamp: '' }],
  ['emptyForAbsent', V16, 'StopTransaction', { ...STOP, reason: '' }],
  ['emptyForAbsent', V201, 'NotifyReport', { ...REPORT, reportData: [] }],
  ['missingPart', V16, 'StatusNotification', { connectorId: 1, status: 'Available' }],
  ['missingPart', V16, 'StatusNotification', { ...STATUS, errorCode: null }],
  ['missingPart', V16, 'MeterValues', { meterValue: VALUES({}).meterValue }],
  ['unknownValue', V16, 'StatusNotification', { ...STATUS, status: 'Occupied' }],
  ['unknownValue', V16, 'StopTransaction', { ...STOP, reason: 'Bored' }],
  ['additionalProperty', V16, 'Heartbeat', { vendor: true }],
  ['additionalProperty', V16, 'StartTransaction', { ...START, 'a/b~c': 1 }],
  ['textTooLong', V16, 'BootNotification', { ...BOOT, chargePointModel: 'x'.repeat(255) }],
  ['textTooLong', V16, 'SignCertificate', { csr: 'x'.repeat(11_000) }],
  [
    'listTooLong',
    V201,
    'ReportChargingProfiles',
    {
      ...PROFILES,
      chargingProfile: [{ ...PROFILE, chargingSchedule: Array(4).fill(PROFILE.chargingSchedule[0]) }],
    },
  ],
  ['unknownValue', V16, 'MeterValues', VALUES({ measurand: 'Heat', unit: 'BTU' })],
  ['additionalProperty', V16, 'MeterValues', VALUES({ vendor: 1 })],
  ['stringForNumber', V16, 'MeterValues', { ...VALUES({}), transactionId: '7' }],
  ['nullForAbsent', V16, 'MeterValues', VALUES({ phase: null })],
  ['numberForString', V16, 'StopTransaction', { ...STOP, transactionData: VALUES({ value: 7 }).meterValue }],
  ['unusedField', V16, 'BootNotification', { ...BOOT, firmwareVersion: { major: 1 } }],
  ['unusedField', V16, 'StatusNotification', { ...STATUS, timestamp: 1_772_366_340 }],
  ['unusedField', V16, 'DataTransfer', { vendorId: 'x', data: { any: ['thing'] } }],
  ['unusedField', V201, 'Heartbeat', { customData: { noVendor: 1 } }],
];

describe('what charge points are forgiven', () => {
  it.each(EXAMPLES)('%s: %o, %s with %j is taken, and said', (leniency, protocol, action, payload) => {
    const handled = call(protocol, action, payload);
    expect(answerOf(handled)).toMatchObject([3, 'm1', {}]);
    expect(handled.leniencies).toEqual([leniency]);
  });

  it('has an example of each leniency on the list', () => {
    expect(new Set(EXAMPLES.map(([leniency]) => leniency))).toEqual(new Set(Object.keys(LENIENCIES)));
  });

  it('is said once each, in one message with several', () => {
    const handled = call(V16, 'BootNotification', {
      ...BOOT,
      iccid: null,
      imsi: null,
      meterType: 7,
      x: 1,
      y: 2,
    });
    expect(new Set(handled.leniencies)).toEqual(
      new Set(['nullForAbsent', 'numberForString', 'additionalProperty']),
    );
    expect(handled.leniencies).toHaveLength(3);
  });

  it.each<[ChargerProtocol, string, unknown, string, string]>([
    [
      V16,
      'BootNotification',
      { ...BOOT, chargePointModel: 'x'.repeat(256) },
      'PropertyConstraintViolation',
      'chargePointModel',
    ],
    [V16, 'StatusNotification', { ...STATUS, connectorId: 'one' }, 'TypeConstraintViolation', 'connectorId'],
    [V16, 'StatusNotification', { ...STATUS, connectorId: 1.5 }, 'TypeConstraintViolation', 'connectorId'],
    [
      V16,
      'StatusNotification',
      { ...STATUS, connectorId: '-1' },
      'PropertyConstraintViolation',
      'connectorId',
    ],
    [V16, 'SecurityEventNotification', { timestamp: TIME }, 'OccurenceConstraintViolation', 'type'],
    [V201, 'SecurityEventNotification', { timestamp: TIME }, 'OccurrenceConstraintViolation', 'type'],
    [V201, 'NotifyEvent', { ...REPORT, eventData: [] }, 'OccurrenceConstraintViolation', 'eventData'],
    [
      V201,
      'NotifyEvent',
      { ...REPORT, eventData: [{ eventId: 1 }] },
      'OccurrenceConstraintViolation',
      'eventData.0.timestamp',
    ],
    [
      V201,
      'BootNotification',
      { reason: 'PowerUp', chargingStation: { model: 'x' } },
      'OccurrenceConstraintViolation',
      'chargingStation.vendorName',
    ],
    [V201, 'Heartbeat', null, 'FormatViolation', 'payload'],
  ])('is not everything: %o, %s with %j', (protocol, action, payload, code, field) => {
    expect(answerOf(call(protocol, action, payload))).toMatchObject([
      ...[4, 'm1', code, expect.stringContaining(field) as string, {}],
    ]);
  });
});

describe('a large payload', () => {
  const report = (elements: number, element: object): object => ({
    ...REPORT,
    reportData: Array.from({ length: elements }, () => element),
  });
  const variable = { component: { name: 'c' }, variable: { name: 'v' }, variableAttribute: [{ value: '1' }] };

  it('is judged by the first elements of its lists', () => {
    const long = { ...variable, 'x-pad': 'x'.repeat(WHOLE_UP_TO / JUDGED_ELEMENTS) };
    expect(call(V201, 'NotifyReport', report(1_000, long)).leniencies).toEqual(['additionalProperty']);
    const reportData: object[] = Array.from({ length: 1_000 }, () => variable);
    const late = { ...REPORT, reportData: [...reportData, { component: 7 }] };
    expect(call(V201, 'NotifyReport', late).leniencies).toEqual([]);
    const early = { ...REPORT, reportData: [{ component: 7 }, ...reportData] };
    expect(call(V201, 'NotifyReport', early).leniencies).toEqual(['unusedField']);
  });

  const fields = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]));
  it('is no reason to refuse meter values, however many of them err', () => {
    const value = { value: 7, timestamp: null, unit: 'Celcius', vendor: [] };
    const meterValue = { timestamp: TIME, sampledValue: Array.from({ length: 5_000 }, () => value) };
    for (const count of [1, 5]) {
      const transactionData = Array.from({ length: count }, () => meterValue);
      const handled = call(V16, 'StopTransaction', { ...STOP, transactionData });
      expect(answerOf(handled)).toEqual([3, 'm1', {}]);
      expect(handled.leniencies).toEqual(['unitSpelling', 'additionalProperty', 'numberForString']);
    }
  });

  it.each<[string, string, object, string]>([
    ['fields', 'Heartbeat', fields(200_000), 'more values than any real message'],
    ['faults in an ordinary frame', 'Heartbeat', fields(1_500), 'has 1500 faults'],
    ['faults in a large frame', 'NotifyReport', report(32, fields(200)), 'has 64'],
  ])('is refused for more %s than a message can have', (_what, action, payload, detail) => {
    expect(answerOf(call(V201, action, payload))).toMatchObject([
      ...[4, 'm1', 'PropertyConstraintViolation', expect.stringContaining(detail) as string, {}],
    ]);
  });
});
