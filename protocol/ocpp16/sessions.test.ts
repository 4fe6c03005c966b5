import { describe, expect, it } from 'vitest';
import type { Outcome } from '../charger-protocol.js';
import { MAX_ENVELOPE_BYTES } from '../durable-size.js';
import { transactionIdOf } from '../transaction-id.js';
import { ocpp16Protocol } from './ocpp16-protocol.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const protocol = ocpp16Protocol({
  limits: { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') },
});
const TIME = '2026-03-01T11:59:00Z';
const START = { connectorId: 1, idTag: 'tag', meterStart: 1250, timestamp: TIME };
const STOP = { transactionId: 77, meterStop: 2250, timestamp: TIME };

const frameOf = (action: string, payload: unknown, id = 'm1') => JSON.stringify([2, id, action, payload]);
const handle = (text: string) =>
  protocol.handle(text, { chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 });
const call = (action: string, payload: unknown, id?: string) => handle(frameOf(action, payload, id));
const durable: Outcome = { kind: 'durable' };
const answerOf = (handled: ReturnType<typeof handle>, outcome: Outcome = durable): unknown =>
  JSON.parse(handled.answer([outcome]) ?? 'null');
const accepted = { idTagInfo: { status: 'Accepted' } };

describe('StartTransaction', () => {
  it('is answered with the id of its session once it is durable, and goes to the log with it', () => {
    const transactionId = transactionIdOf('CP-1', START);
    const handled = call('StartTransaction', START);
    expect(handled.envelopes).toEqual([
      {
        ...{ v: 1, chargePointId: 'CP-1', protocol: 'ocpp1.6', messageId: 'm1', receivedAt: AT },
        ...{ kind: 'startTransaction', transactionId, payload: START },
      },
    ]);
    expect(handled.verdicts).toEqual([
      { kind: 'accepted', action: 'StartTransaction', messageId: 'm1', reason: null },
    ]);
    expect(answerOf(handled)).toEqual([3, 'm1', { transactionId, ...accepted }]);
  });

  it('gets the same id when it is repeated, whatever its message id', () => {
    const first = answerOf(call('StartTransaction', START)) as [number, string, object];
    const again = answerOf(call('StartTransaction', START, 'another')) as [number, string, object];
    expect(again).toEqual([3, 'another', first[2]]);
  });

  it.each([
    { timestamp: 'yesterday' },
    { timestamp: '' },
    { timestamp: '1970-01-01T00:00:00Z' },
    { meterStart: 12.5 },
    { meterStart: -1 },
    { meterStart: 1e300 },
    { meterStart: '1250' },
    { connectorId: '1' },
    { idTag: '' },
    { idTag: 'a\u0000' },
    { reservationId: null, vendor: {} },
  ])('is accepted with %j: what can not be used is quarantined by itself', (fields) => {
    const payload = { ...START, ...fields };
    const handled = call('StartTransaction', payload);
    expect(handled.envelopes).toMatchObject([{ kind: 'startTransaction', payload }]);
    expect(handled.verdicts).toMatchObject([{ kind: 'accepted' }]);
    expect(answerOf(handled)).toMatchObject([3, 'm1', accepted]);
  });

  it('is accepted with a number beyond any double', () => {
    const handled = handle(frameOf('StartTransaction', START).replace('1250', '1e400'));
    expect(handled.verdicts).toMatchObject([{ kind: 'accepted', reason: 'value_out_of_range' }]);
    expect(answerOf(handled)).toMatchObject([3, 'm1', accepted]);
  });

  it('is answered though its connector is none, and nothing in it can be used', () => {
    const handled = call('StartTransaction', { ...START, connectorId: -1 });
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: 'invalid_connector' }]);
    expect(answerOf(handled)).toMatchObject([3, 'm1', accepted]);
  });
});

describe('StopTransaction', () => {
  it.each([
    [{}, {}],
    [{ idTag: null }, {}],
    [{ idTag: 'tag' }, accepted],
    [{ idTag: '' }, accepted],
    [{ reason: 'Remote', transactionData: [] }, {}],
    [{ transactionId: '77' }, {}],
    [{ transactionId: 0 }, {}],
    [{ transactionId: -1, timestamp: 'x' }, {}],
    [{ transactionData: [null, { timestamp: 7 }] }, {}],
    [{ meterStop: 12.5, reason: 'x'.repeat(100) }, {}],
  ])('with %j is answered %j once it is durable', (fields, response) => {
    const payload = { ...STOP, ...fields };
    const handled = call('StopTransaction', payload);
    expect(handled.envelopes).toMatchObject([{ kind: 'stopTransaction', payload }]);
    expect(answerOf(handled)).toEqual([3, 'm1', response]);
  });

  it('counts as rejected when it names no session and has no reading', () => {
    const handled = call('StopTransaction', { ...STOP, transactionId: -1, meterStop: -1 });
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: 'value_out_of_range' }]);
    expect(answerOf(handled)).toEqual([3, 'm1', {}]);
  });
});

describe('StartTransaction and StopTransaction', () => {
  it.each<[string, unknown, string, string]>([
    ['StartTransaction', {}, 'OccurenceConstraintViolation', 'connectorId is required'],
    ['StartTransaction', { ...START, idTag: undefined }, 'OccurenceConstraintViolation', 'idTag is required'],
    ['StartTransaction', { ...START, idTag: null }, 'TypeConstraintViolation', 'idTag'],
    ['StartTransaction', { ...START, idTag: 7 }, 'TypeConstraintViolation', 'idTag'],
    ['StartTransaction', { ...START, meterStart: 'abc' }, 'TypeConstraintViolation', 'meterStart'],
    ['StartTransaction', { ...START, meterStart: '' }, 'TypeConstraintViolation', 'meterStart'],
    ['StartTransaction', { ...START, meterStart: null }, 'TypeConstraintViolation', 'meterStart'],
    ['StartTransaction', { ...START, connectorId: true }, 'TypeConstraintViolation', 'connectorId'],
    ['StartTransaction', { ...START, timestamp: 1_772_366_340 }, 'TypeConstraintViolation', 'timestamp'],
    ['StartTransaction', null, 'FormationViolation', 'the payload is not an object'],
    ['StartTransaction', [], 'FormationViolation', 'the payload is not an object'],
    ['StopTransaction', {}, 'OccurenceConstraintViolation', 'transactionId is required'],
    [
      'StopTransaction',
      { ...STOP, meterStop: undefined },
      'OccurenceConstraintViolation',
      'meterStop is required',
    ],
    ['StopTransaction', { ...STOP, transactionId: 'abc' }, 'TypeConstraintViolation', 'transactionId'],
    ['StopTransaction', { ...STOP, reason: 7 }, 'TypeConstraintViolation', 'reason'],
    ['StopTransaction', { ...STOP, transactionData: {} }, 'TypeConstraintViolation', 'transactionData'],
    ['StopTransaction', 'text', 'FormationViolation', 'the payload is not an object'],
  ])('keep the frame of %s with %j, then refuse it by %s', (action, payload, code, detail) => {
    const handled = call(action, payload);
    expect(handled.envelopes).toMatchObject([
      {
        ...{ kind: 'unreadable', chargePointId: 'CP-1', messageId: 'm1', reason: 'invalid_session' },
        ...{ detail: expect.stringContaining(detail) as string, raw: frameOf(action, payload) },
      },
    ]);
    expect(handled.verdicts).toEqual([
      { kind: 'rejected', action, messageId: 'm1', reason: 'invalid_session' },
    ]);
    expect(answerOf(handled)).toMatchObject([4, 'm1', code, expect.stringContaining(detail), {}]);
  });

  it.each<[string, unknown]>([
    ['StartTransaction', START],
    ['StopTransaction', STOP],
    ['StopTransaction', {}],
  ])('are asked for again when the log can not take them: %s with %j', (action, payload) => {
    const answer = answerOf(call(action, payload), { kind: 'unavailable', retryAfterMs: 1_234 });
    expect(answer).toMatchObject([4, 'm1', 'InternalError', expect.anything(), { retryAfterMs: 1_234 }]);
  });

  it('are refused when the log could never take them, and their beginning is kept', () => {
    const vendor = '\u0001'.repeat(MAX_ENVELOPE_BYTES / 6);
    const handled = call('StartTransaction', { ...START, vendor });
    expect(handled.envelopes).toMatchObject([{ kind: 'unreadable', reason: 'invalid_frame' }]);
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected' }]);
    expect(answerOf(handled)).toMatchObject([4, 'm1', 'FormationViolation', expect.anything(), {}]);
  });
});

describe('a frame of OCPP that is too large', () => {
  it('leaves a trace under its charge point and is not answered', () => {
    const handled = protocol.oversizedFrame(3_000, {
      chargePointId: 'CP-1',
      receivedAt: AT,
      heartbeatIntervalS: 300,
    });
    expect(handled.envelopes).toMatchObject([
      { kind: 'unreadable', chargePointId: 'CP-1', reason: 'frame_too_large', raw: '', messageId: null },
    ]);
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: 'frame_too_large' }]);
    expect(handled.answer([durable])).toBeNull();
  });
});
