import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import type { Outcome } from './charger-protocol.js';
import { MAX_ENVELOPE_BYTES } from './durable-size.js';
import { decodeEnvelope } from './envelope.js';
import { jsonIngestProtocol } from './json-ingest.js';
import { asEnvelope, encodeSent } from './sent-envelope.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };
const protocol = jsonIngestProtocol({ limits: LIMITS });
const sampled = (...sampledValue: unknown[]) => ({
  connectorId: 1,
  meterValue: [{ timestamp: '2026-03-01T11:59:00Z', sampledValue }],
});
const GOOD = sampled({ value: '1' });
const BAD = sampled({ value: 'x' });
const message = (fields: object) => ({ id: 'm1', chargePointId: 'CP-1', payload: GOOD, ...fields });

const durable: Outcome = { kind: 'durable' };
const unavailable: Outcome = { kind: 'unavailable', retryAfterMs: 77 };
const handle = (frame: unknown) => {
  const handled = protocol.handle(typeof frame === 'string' ? frame : JSON.stringify(frame), {
    chargePointId: null,
    receivedAt: AT,
    heartbeatIntervalS: 300,
  });
  return { ...handled, envelopes: handled.envelopes.map(asEnvelope) };
};
const answerOf = (
  handled: ReturnType<typeof handle>,
  outcomes: readonly Outcome[] = handled.envelopes.map(() => durable),
): unknown => JSON.parse(handled.answer(outcomes) ?? 'null');

describe('plain JSON ingest', () => {
  it.each([
    ['{"connectorId":1,"meterVal', 'invalid_json'],
    ['', 'invalid_json'],
    [JSON.stringify(GOOD), 'not_meter_values'],
  ])('keeps a payload that is the text %j as it came, and rejects it as %s', (payload, code) => {
    const handled = handle(message({ payload }));
    expect(handled.envelopes).toMatchObject([{ kind: 'meterValues', payload }]);
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: code }]);
    expect(answerOf(handled)).toMatchObject({ status: 'rejected', error: { code, path: '/payload' } });
  });

  it('can attribute a frame that is too large to nobody: nothing of it was read', () => {
    const handled = protocol.oversizedFrame(3_000, {
      chargePointId: null,
      receivedAt: AT,
      heartbeatIntervalS: 300,
    });
    expect(handled.envelopes).toEqual([]);
    expect(handled.answer([])).toBeNull();
    expect(handled.verdicts).toMatchObject([{ kind: 'invalid', reason: 'frame_too_large' }]);
  });

  it('accepts a message once it is durable, and hands its payload on as it came', () => {
    const handled = handle(message({}));
    expect(handled.envelopes).toEqual([
      {
        ...{ v: 1, kind: 'meterValues', chargePointId: 'CP-1', protocol: 'json', messageId: 'm1' },
        ...{ receivedAt: AT, payload: GOOD },
      },
    ]);
    expect(answerOf(handled)).toEqual({ id: 'm1', status: 'accepted' });
    expect(handled.verdicts).toEqual([{ kind: 'accepted', action: null, messageId: 'm1', reason: null }]);
  });

  it('asks for a message again when the log can not take it, good or bad', () => {
    for (const payload of [GOOD, BAD]) {
      const answer = answerOf(handle(message({ payload })), [unavailable]);
      expect(answer).toEqual({ id: 'm1', status: 'retry', retryAfterMs: 77 });
    }
  });

  it('rejects a message without any reading, after keeping it', () => {
    const handled = handle(message({ payload: BAD }));
    expect(handled.envelopes).toHaveLength(1);
    expect(answerOf(handled)).toMatchObject({
      ...{ id: 'm1', status: 'rejected' },
      error: { code: 'invalid_value', path: '/payload/meterValue/0/sampledValue/0' },
    });
    expect(handled.verdicts).toMatchObject([{ kind: 'rejected', reason: 'invalid_value' }]);
  });

  it('accepts a message of which a part is bad', () => {
    const handled = handle(message({ payload: sampled({ value: '1' }, { value: 'x' }) }));
    expect(answerOf(handled)).toEqual({ id: 'm1', status: 'accepted' });
  });

  it('answers an array by an array in its order, each message by its own outcome', () => {
    const handled = handle([
      message({ id: 'a' }),
      message({ id: 'b', chargePointId: '' }),
      message({ id: 'c', payload: BAD }),
      7,
      message({ id: 'd' }),
    ]);
    expect(handled.envelopes.map(({ messageId }) => messageId)).toEqual(['a', 'c', 'd']);
    expect(answerOf(handled, [durable, durable, unavailable])).toMatchObject([
      { id: 'a', status: 'accepted' },
      { id: 'b', status: 'rejected', error: { code: 'invalid_charge_point', path: '/chargePointId' } },
      { id: 'c', status: 'rejected', error: { code: 'invalid_value' } },
      { id: null, status: 'rejected', error: { code: 'invalid_frame' } },
      { id: 'd', status: 'retry' },
    ]);
    expect(handled.verdicts.map(({ kind }) => kind)).toEqual([
      'accepted',
      'invalid',
      'rejected',
      'invalid',
      'accepted',
    ]);
  });

  it('answers an empty array by an empty array', () => {
    const handled = handle([]);
    expect(answerOf(handled)).toEqual([]);
    expect(handled.verdicts).toEqual([]);
  });

  it('refuses more messages in a frame than allowed, whole', () => {
    const small = jsonIngestProtocol({ limits: LIMITS, maxMessages: 2 });
    const handled = small.handle(JSON.stringify([message({}), message({}), message({})]), {
      chargePointId: null,
      receivedAt: AT,
      heartbeatIntervalS: 300,
    });
    expect(handled.envelopes).toEqual([]);
    expect(JSON.parse(handled.answer([]) ?? '')).toMatchObject({ id: null, status: 'rejected' });
  });

  it.each([0, -1, 1.5, 12345678901, 'x'.repeat(64), 'ü🚗'])('echoes the id %j as it came', (id) => {
    expect(answerOf(handle(message({ id })))).toEqual({ id, status: 'accepted' });
  });

  it.each([undefined, null, '', 'x'.repeat(65), 'x'.repeat(1_000_000), 'a\u0000', {}, ['a'], true])(
    'keeps a message whose id is %.40j, and rejects it',
    (id) => {
      const handled = handle(message({ id }));
      expect(handled.envelopes).toMatchObject([
        { kind: 'unreadable', chargePointId: 'CP-1', messageId: null },
      ]);
      expect(answerOf(handled)).toMatchObject({
        id: null,
        status: 'rejected',
        error: { code: 'invalid_frame', path: '/id' },
      });
    },
  );

  it.each([
    ['', 'invalid_json'],
    ['{"id":"m1"', 'invalid_json'],
    ['{"id":"m1","chargePointId":"CP-1"}}', 'invalid_json'],
    ['null', 'invalid_frame'],
    ['"text"', 'invalid_frame'],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'nested_too_deep'],
    [
      `{"id":"m1","chargePointId":"CP-1","payload":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`,
      'nested_too_deep',
    ],
  ])('rejects the frame %.40s at once', (text, code) => {
    const handled = handle(text);
    expect(handled.envelopes).toEqual([]);
    expect(handled.verdicts).toMatchObject([{ kind: 'invalid', reason: code }]);
    expect(answerOf(handled)).toMatchObject({ id: null, status: 'rejected', error: { code } });
  });

  it.each([undefined, null, 5, 'a\u0000', '\ud800', ' ', 'x'.repeat(256), {}])(
    'rejects a message whose chargePointId is %.40j, with its id',
    (chargePointId) => {
      const handled = handle(message({ chargePointId }));
      expect(handled.envelopes).toEqual([]);
      expect(answerOf(handled)).toMatchObject({
        id: 'm1',
        status: 'rejected',
        error: { code: 'invalid_charge_point' },
      });
    },
  );

  it('takes no array for a message within an array', () => {
    expect(answerOf(handle([[message({})]]))).toMatchObject([
      { status: 'rejected', error: { code: 'invalid_frame' } },
    ]);
  });

  it('keeps a message without a payload, and a key named __proto__', () => {
    expect(handle(message({ payload: undefined })).envelopes).toMatchObject([{ payload: null }]);
    const text = `{"__proto__":{"id":"x"},"id":"m1","chargePointId":"CP-1","payload":{"__proto__":{"a":1}}}`;
    const [envelope] = handle(text).envelopes;
    expect(envelope && encodeSent(envelope)).toContain('"payload":{"__proto__":{"a":1}}');
  });

  it('turns a message that would grow past what the log takes into one that fits', () => {
    // 2 MB of `1e20,` become 22 bytes of five each.
    const text = `{"id":"m1","chargePointId":"CP-1","payload":{"x":[${'1e20,'.repeat(400_000)}1]}}`;
    const handled = handle(text);
    const [envelope] = handled.envelopes;
    expect(envelope).toMatchObject({ kind: 'unreadable', messageId: 'm1', reason: 'invalid_frame' });
    expect(envelope && Buffer.byteLength(encodeSent(envelope))).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
    expect(answerOf(handled)).toMatchObject({ id: 'm1', status: 'rejected' });
  });

  it('refuses binary frames', () => {
    expect(JSON.parse(protocol.binaryFrame())).toMatchObject({ id: null, status: 'rejected' });
  });

  it('gives any text as many statuses as it has messages, and envelopes that the worker can read', () => {
    const fields = fc.record(
      {
        id: fc.oneof(fc.string(), fc.jsonValue()),
        chargePointId: fc.oneof(fc.constant('CP-1'), anyText, fc.jsonValue()),
        payload: fc.oneof(fc.constant(GOOD), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(fields, fc.array(fc.oneof(fields, fc.jsonValue())), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          frame.map((value) => JSON.stringify(value)),
          anyText,
        ),
        (text) => {
          const handled = handle(text);
          for (const envelope of handled.envelopes)
            expect(decodeEnvelope(encodeSent(envelope)).ok).toBe(true);
          const answer = answerOf(handled);
          expect(Array.isArray(answer) ? answer.length : 1).toBe(handled.verdicts.length);
        },
      ),
    );
  });
});
