import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../tests/harness/any-text.js';
import type { Outcome } from '../charger-protocol.js';
import { decodeEnvelope } from '../envelope.js';
import { ocpp16Protocol } from './ocpp16-protocol.js';
import { asEnvelope, encodeSent } from '../sent-envelope.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const protocol = ocpp16Protocol({
  limits: { maxAheadMs: 86_400_000, minTimestampMs: 0 },
});
const PAYLOAD = {
  connectorId: 1,
  meterValue: [{ timestamp: '2026-03-01T11:59:00Z', sampledValue: [{ value: '1' }] }],
};

const handle = (text: string) => {
  const handled = protocol.handle(text, { chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 });
  return { ...handled, envelopes: handled.envelopes.map(asEnvelope) };
};
const call = (action: string, payload: unknown) => handle(JSON.stringify([2, 'm1', action, payload]));
const durable: Outcome = { kind: 'durable' };
const answerOf = (handled: ReturnType<typeof handle>, ...outcomes: Outcome[]): unknown =>
  JSON.parse(handled.answer(outcomes) ?? 'null');

describe('OCPP 1.6', () => {
  it('answers BootNotification with the time and the heartbeat interval', () => {
    const handled = call('BootNotification', {
      chargePointVendor: 'Acme',
      chargePointModel: 'M1',
      iccid: 'x',
    });
    expect(handled.envelopes).toEqual([]);
    const currentTime = '2026-03-01T12:00:00.000Z';
    expect(answerOf(handled)).toEqual([3, 'm1', { status: 'Accepted', currentTime, interval: 300 }]);
  });

  it.each([
    ['Heartbeat', {}, { currentTime: '2026-03-01T12:00:00.000Z' }],
    ['StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' }, {}],
    ['Authorize', { idTag: 'abc' }, { idTagInfo: { status: 'Accepted' } }],
    ['DataTransfer', { vendorId: 'acme', messageId: 'm', data: '{}' }, { status: 'UnknownVendorId' }],
    ['FirmwareStatusNotification', { status: 'Installed' }, {}],
    ['DiagnosticsStatusNotification', { status: 'Uploaded' }, {}],
  ])('answers %s at once', (action, payload, response) => {
    const handled = call(action, payload);
    expect(answerOf(handled)).toEqual([3, 'm1', response]);
    expect(handled.verdicts).toEqual([{ kind: 'control', action, messageId: 'm1', reason: null }]);
  });

  it.each([
    ['BootNotification', {}, 'OccurenceConstraintViolation'],
    ['BootNotification', { chargePointVendor: 7, chargePointModel: 'M' }, 'TypeConstraintViolation'],
    ['BootNotification', { chargePointVendor: null, chargePointModel: 'M' }, 'TypeConstraintViolation'],
    [
      'BootNotification',
      { chargePointVendor: 'x'.repeat(256), chargePointModel: 'M' },
      'PropertyConstraintViolation',
    ],
    [
      'StatusNotification',
      { connectorId: -1, errorCode: 'NoError', status: 'x' },
      'PropertyConstraintViolation',
    ],
    ['Authorize', [], 'FormationViolation'],
    ['Heartbeat', null, 'FormationViolation'],
    ['DataTransfer', {}, 'OccurenceConstraintViolation'],
    ['FirmwareStatusNotification', { status: 1 }, 'TypeConstraintViolation'],
    ['ReserveNow', {}, 'NotSupported'],
    ['MakeCoffee', {}, 'NotImplemented'],
    ['__proto__', {}, 'NotImplemented'],
  ])('refuses %s with %j by %s', (action, payload, code) => {
    const handled = call(action, payload);
    expect(handled.envelopes).toEqual([]);
    expect(answerOf(handled)).toMatchObject([4, 'm1', code, expect.any(String), {}]);
  });

  it('answers MeterValues with {} when they are durable', () => {
    const handled = call('MeterValues', PAYLOAD);
    expect(handled.envelopes).toEqual([
      {
        ...{ v: 1, kind: 'meterValues', chargePointId: 'CP-1', protocol: 'ocpp1.6', messageId: 'm1' },
        ...{ receivedAt: AT, payload: PAYLOAD },
      },
    ]);
    expect(handled.verdicts).toMatchObject([{ kind: 'accepted', action: 'MeterValues' }]);
    expect(answerOf(handled, durable)).toEqual([3, 'm1', {}]);
  });

  it.each([null, 'rubbish', [], {}, { meterValue: [{ timestamp: 'x' }] }])(
    'answers MeterValues with %j by {} too, since it is kept',
    (payload) => {
      const handled = call('MeterValues', payload);
      expect(handled.envelopes).toMatchObject([{ kind: 'meterValues', payload }]);
      expect(handled.verdicts).toMatchObject([{ kind: 'rejected' }]);
      expect(answerOf(handled, durable)).toEqual([3, 'm1', {}]);
    },
  );

  it('asks for MeterValues again when the log can not take them', () => {
    const answer = answerOf(call('MeterValues', PAYLOAD), { kind: 'unavailable', retryAfterMs: 1_234 });
    expect(answer).toEqual([
      4,
      'm1',
      'InternalError',
      expect.stringContaining('again'),
      { retryAfterMs: 1_234 },
    ]);
  });

  it('keeps a frame that it can not read, then refuses it', () => {
    const handled = handle('[2,"m9","MeterValues",{"meterValue":[');
    expect(handled.envelopes).toMatchObject([
      { kind: 'unreadable', chargePointId: 'CP-1', messageId: 'm9', reason: 'invalid_json' },
    ]);
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: 'invalid_json' }]);
    expect(answerOf(handled, durable)).toEqual([4, 'm9', 'FormationViolation', 'the frame is not JSON', {}]);
    expect(answerOf(handled, { kind: 'unavailable', retryAfterMs: 5 })).toContain('InternalError');
  });

  it('answers no answers', () => {
    for (const text of ['[3,"1",{}]', '[4,"1","GenericError","",{}]']) {
      const handled = handle(text);
      expect(handled.envelopes).toEqual([]);
      expect(handled.answer([])).toBeNull();
      expect(handled.verdicts).toMatchObject([{ kind: 'control' }]);
    }
  });

  it('refuses binary frames', () => {
    expect(JSON.parse(protocol.binaryFrame())).toEqual([
      4,
      '-1',
      'FormationViolation',
      expect.stringContaining('binary'),
      {},
    ]);
  });

  it('gives any text one verdict, an answer, and envelopes that the worker can read', () => {
    const text = fc.oneof(
      anyText,
      fc.json(),
      fc
        .tuple(
          fc.constantFrom(2, 3, 4, 9),
          fc.string(),
          fc.constantFrom('MeterValues', 'Authorize', 'StartTransaction', 'StopTransaction', 'x'),
          fc.jsonValue(),
        )
        .map((frame) => JSON.stringify(frame)),
    );
    fc.assert(
      fc.property(text, (frame) => {
        const handled = handle(frame);
        expect(handled.verdicts).toHaveLength(1);
        for (const envelope of handled.envelopes) expect(decodeEnvelope(encodeSent(envelope)).ok).toBe(true);
        const answer = handled.answer(handled.envelopes.map(() => durable));
        expect(answer === null || Array.isArray(JSON.parse(answer))).toBe(true);
      }),
    );
  });
});
