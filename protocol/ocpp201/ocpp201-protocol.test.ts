import { describe, expect, it } from 'vitest';
import type { Handled, Outcome } from '../charger-protocol.js';
import { decodeEnvelope } from '../envelope.js';
import { ocpp201Protocol } from './ocpp201-protocol.js';
import { encodeSent } from '../sent-envelope.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const TIME = '2026-03-01T11:59:00Z';
const protocol = ocpp201Protocol({
  limits: { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') },
});
const context = { chargePointId: 'CS-1', receivedAt: AT, heartbeatIntervalS: 300 };
const durable: Outcome = { kind: 'durable' };

const handle = (text: string): Handled => protocol.handle(text, context);
const call = (action: string, payload: unknown): Handled =>
  handle(JSON.stringify([2, 'm1', action, payload]));
const answerOf = (handled: Handled, outcome: Outcome = durable): unknown =>
  JSON.parse(handled.answer(handled.envelopes.map(() => outcome)) ?? 'null');

const METER_VALUE = { timestamp: TIME, sampledValue: [{ value: 1250.5, unitOfMeasure: { unit: 'Wh' } }] };
const STARTED = {
  eventType: 'Started',
  timestamp: TIME,
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'tx-1' },
  evse: { id: 1, connectorId: 1 },
  idToken: { idToken: 'tag', type: 'ISO14443' },
  meterValue: [METER_VALUE],
};

describe('OCPP 2.0.1', () => {
  it('answers BootNotification, and tells what the charging station is', () => {
    const chargingStation = {
      ...{ vendorName: 'Acme', model: 'M1', serialNumber: 's'.repeat(80), firmwareVersion: '1.0\u0000' },
    };
    const handled = call('BootNotification', { reason: 'PowerUp', chargingStation });
    const currentTime = '2026-03-01T12:00:00.000Z';
    expect(answerOf(handled)).toEqual([3, 'm1', { currentTime, interval: 300, status: 'Accepted' }]);
    expect(handled.boot).toEqual({
      ...{ vendor: 'Acme', model: 'M1', serialNumber: 's'.repeat(50), firmwareVersion: '1.0\ufffd' },
    });
  });

  it('answers Authorize, except for contract certificates', () => {
    const idToken = { idToken: 'tag', type: 'ISO14443' };
    expect(answerOf(call('Authorize', { idToken }))).toEqual([
      ...[3, 'm1', { idTokenInfo: { status: 'Accepted' } }],
    ]);
    const certified = { idToken: { idToken: 'emaid', type: 'eMAID' }, certificate: '-----BEGIN' };
    expect(answerOf(call('Authorize', certified))).toEqual([
      ...[3, 'm1', { idTokenInfo: { status: 'Invalid' }, certificateStatus: 'NoCertificateAvailable' }],
    ]);
  });

  it('answers MeterValues and TransactionEvent once they are durable', () => {
    const meterValues = { evseId: 1, meterValue: [METER_VALUE] };
    for (const [action, kind, payload, response] of [
      ['MeterValues', 'meterValues', meterValues, {}],
      ['TransactionEvent', 'transactionEvent', STARTED, { idTokenInfo: { status: 'Accepted' } }],
      ['TransactionEvent', 'transactionEvent', { ...STARTED, idToken: undefined }, {}],
      ['TransactionEvent', 'transactionEvent', { ...STARTED, idToken: null }, {}],
    ] as const) {
      const handled = call(action, payload);
      const head = { v: 1, chargePointId: 'CS-1', protocol: 'ocpp2.0.1', messageId: 'm1', receivedAt: AT };
      expect(handled.envelopes).toMatchObject([{ ...head, kind }]);
      expect(handled.verdicts).toEqual([{ kind: 'accepted', action, messageId: 'm1', reason: null }]);
      expect(answerOf(handled)).toEqual([3, 'm1', response]);
      expect(answerOf(handled, { kind: 'unavailable', retryAfterMs: 1_234 })).toMatchObject([
        ...[4, 'm1', 'InternalError', expect.stringContaining('again') as string, { retryAfterMs: 1_234 }],
      ]);
    }
  });

  it.each([null, 'rubbish', [], {}, { evseId: 1, meterValue: [{ timestamp: 'x' }] }])(
    'answers MeterValues with %j by {} too, since it is kept',
    (payload) => {
      const handled = call('MeterValues', payload);
      expect(handled.envelopes).toMatchObject([{ kind: 'meterValues', payload }]);
      expect(handled.verdicts).toMatchObject([{ kind: 'rejected' }]);
      expect(answerOf(handled)).toEqual([3, 'm1', {}]);
    },
  );

  it.each([
    [{ transactionInfo: { transactionId: 4711 } }, ['numberForString']],
    [{ triggerReason: undefined, seqNo: null }, ['missingPart']],
    [{ triggerReason: 'Whim' }, ['unknownValue']],
    [{ idToken: { idToken: 'tag' } }, ['missingPart']],
    [{ idToken: { idToken: 7, type: 'Local' } }, ['unusedField']],
    [{ evse: { id: '1' } }, ['stringForNumber']],
    [{ timestamp: '2026-03-01T11:59:00' }, ['zonelessTimestamp']],
    [{ meterValue: [{ ...METER_VALUE, sampledValue: [{ value: '1250.5' }, {}] }] }, ['stringForNumber']],
    [{ meterValue: [] }, ['emptyForAbsent']],
    [{ meterValue: [7, METER_VALUE] }, []],
  ])('takes a TransactionEvent with %j', (fields, leniencies) => {
    const handled = call('TransactionEvent', { ...STARTED, ...fields });
    expect(handled.envelopes).toMatchObject([{ kind: 'transactionEvent' }]);
    expect(handled.verdicts).toMatchObject([{ kind: 'accepted' }]);
    expect(handled.leniencies).toEqual(leniencies);
    expect(answerOf(handled)).toMatchObject([3, 'm1', {}]);
  });

  it.each<[object | null, string, string]>([
    [{ ...STARTED, eventType: undefined }, 'OccurrenceConstraintViolation', 'eventType is required'],
    [{ ...STARTED, timestamp: undefined }, 'OccurrenceConstraintViolation', 'timestamp is required'],
    [
      { ...STARTED, transactionInfo: {} },
      'OccurrenceConstraintViolation',
      'transactionInfo.transactionId is required',
    ],
    [{ ...STARTED, eventType: 'Paused' }, 'PropertyConstraintViolation', 'eventType: must be one of'],
    [{ ...STARTED, evse: 1 }, 'TypeConstraintViolation', 'evse: must be object'],
    [{ ...STARTED, meterValue: {} }, 'TypeConstraintViolation', 'meterValue: must be array'],
    [{ ...STARTED, timestamp: 1_772_366_340 }, 'TypeConstraintViolation', 'timestamp: must be string'],
    [null, 'FormatViolation', 'the payload is not an object'],
  ])('keeps the frame of a TransactionEvent with %j, then refuses it by %s', (payload, code, detail) => {
    const handled = call('TransactionEvent', payload);
    expect(handled.envelopes).toMatchObject([{ kind: 'unreadable', reason: 'invalid_session' }]);
    expect(answerOf(handled)).toMatchObject([
      ...[4, 'm1', code, expect.stringContaining(detail) as string, {}],
    ]);
  });

  it.each([
    ['[2,"m9","MeterValues",{"meterValue":[', 'm9', 'RpcFrameworkError'],
    ['rubbish', '-1', 'RpcFrameworkError'],
    ['{}', '-1', 'RpcFrameworkError'],
    ['[2,7,"Heartbeat",{}]', '-1', 'RpcFrameworkError'],
    ['[2,"m9"]', 'm9', 'RpcFrameworkError'],
    ['[5,"m9","Heartbeat",{}]', 'm9', 'MessageTypeNotSupported'],
    [`[2,"m9","MeterValues",${'['.repeat(1_000)}`, 'm9', 'RpcFrameworkError'],
  ])('keeps the frame %.40s that it can not read, then refuses it', (text, id, code) => {
    const handled = handle(text);
    for (const envelope of handled.envelopes) {
      expect(decodeEnvelope(encodeSent(envelope))).toMatchObject({ ok: true });
    }
    expect(handled.envelopes).toMatchObject([{ kind: 'unreadable', protocol: 'ocpp2.0.1', raw: text }]);
    expect(answerOf(handled)).toMatchObject([4, id, code, expect.any(String), {}]);
  });

  it('refuses binary frames, and leaves a trace of one too large', () => {
    expect(JSON.parse(protocol.binaryFrame())).toMatchObject([
      ...[4, '-1', 'RpcFrameworkError', expect.stringContaining('binary') as string, {}],
    ]);
    expect(protocol.oversizedFrame(3_000, context).envelopes).toMatchObject([
      { kind: 'unreadable', protocol: 'ocpp2.0.1', reason: 'frame_too_large' },
    ]);
  });

  it('passes on the answers to calls', () => {
    expect(handle('[3,"1",{"status":"Accepted"}]').reply).toEqual({
      ...{ kind: 'result', messageId: '1', payload: { status: 'Accepted' } },
    });
    expect(protocol.judgeReply?.('Reset', { status: 'Fine' })).toEqual([
      'status: must be one of "Accepted", "Rejected", "Scheduled"',
    ]);
  });
});
