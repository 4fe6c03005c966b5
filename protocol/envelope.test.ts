import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { decodeEnvelope, encodeEnvelope, envelopeSchema, PROTOCOL_NAMES, type Envelope } from './envelope.js';
import type { Reading } from './reading.js';
import type { SessionStart, SessionStop } from './session.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const HEAD = { v: 1, chargePointId: 'CP-1', protocol: 'ocpp1.6', messageId: 'm1', receivedAt: AT } as const;
const READING: Reading = {
  ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 1, phase: 'L1', location: 'Outlet', unit: 'Wh' },
  ...{ measurand: 'Energy.Active.Import.Register', context: 'Sample.Periodic', quality: 3 },
  ...{ timestampMs: AT, value: 12.5, transactionId: '7' },
};
const START: SessionStart = {
  ...{ kind: 'start', transactionId: '7', evseId: 0, connectorId: 1, idTag: '' },
  ...{ startedAtMs: AT, meterStartWh: 0 },
};
const STOP: SessionStop = {
  ...{ kind: 'stop', transactionId: '7', idTag: null, endedAtMs: null, meterStopWh: null, reason: 'Local' },
};

const decode = (envelope: object) => decodeEnvelope(JSON.stringify(envelope));
const judged = (readings: unknown, session: unknown = null) =>
  decode({ ...HEAD, kind: 'judged', readings, session });

describe('an envelope', () => {
  it.each<Envelope>([
    { ...HEAD, kind: 'meterValues', payload: { a: 1 } },
    { ...HEAD, kind: 'meterValues', payload: null, redriveOf: 7 },
    { ...HEAD, kind: 'startTransaction', transactionId: 2_147_483_647, payload: {} },
    { ...HEAD, kind: 'stopTransaction', payload: {} },
    { ...HEAD, kind: 'judged', readings: [READING], session: null },
    { ...HEAD, kind: 'judged', readings: [READING], session: START },
    { ...HEAD, kind: 'judged', readings: [], session: STOP, redriveOf: 1 },
    { ...HEAD, kind: 'judged', readings: [{ ...READING, connectorId: -1 }], session: STOP },
    { ...HEAD, kind: 'unreadable', reason: 'frame_too_large', detail: '', raw: '' },
  ])('is read as it was written: $kind', (envelope) => {
    expect(decodeEnvelope(encodeEnvelope(envelope))).toEqual({ ok: true, envelope });
  });

  it('has what a newer version may add left out', () => {
    expect(decode({ ...HEAD, kind: 'stopTransaction', payload: 1, news: 2 })).toEqual({
      ok: true,
      envelope: { ...HEAD, kind: 'stopTransaction', payload: 1 },
    });
  });

  it.each([
    ['an unknown kind', { kind: 'resetTransaction' }],
    ['no transaction id', { kind: 'startTransaction', payload: {} }],
    ['transaction id 0', { kind: 'startTransaction', transactionId: 0, payload: {} }],
    [
      'a transaction id of more than 31 bits',
      { kind: 'startTransaction', transactionId: 2 ** 31, payload: {} },
    ],
    ['a fractional transaction id', { kind: 'startTransaction', transactionId: 1.5, payload: {} }],
    ['redriveOf 0', { kind: 'meterValues', payload: {}, redriveOf: 0 }],
    ['redriveOf that is a text', { kind: 'meterValues', payload: {}, redriveOf: '7' }],
    ['redriveOf null', { kind: 'meterValues', payload: {}, redriveOf: null }],
    ['no id', { kind: 'meterValues', payload: {}, chargePointId: ' ' }],
  ])('is none with %s', (_what, fields) => {
    expect(decode({ ...HEAD, ...fields }).ok).toBe(false);
  });
});

describe('the envelope of meter values', () => {
  const id = fc.oneof(
    fc.constant('CP-1'),
    anyText,
    fc.constant('x'.repeat(255)),
    fc.constant('x'.repeat(256)),
  );
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(-1, 0.5, 2 ** 53, 253_402_300_799_999, 253_402_300_800_000),
  );
  const mostly = (often: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: often }, odd);
  const fields = fc.record(
    {
      v: mostly(fc.constant(1)),
      kind: mostly(fc.constant('meterValues')),
      chargePointId: mostly(id),
      protocol: mostly(fc.constantFrom(...PROTOCOL_NAMES)),
      messageId: mostly(fc.oneof(anyText, fc.constant(null))),
      receivedAt: mostly(fc.nat()),
      payload: fc.jsonValue(),
    },
    { noNullPrototype: true },
  );
  const more = fc.record(
    { redriveOf: mostly(fc.nat()), news: fc.jsonValue(), ['__proto__']: odd },
    { requiredKeys: [] },
  );
  const missing = fc.constantFrom(undefined, undefined, undefined, 'payload', 'messageId', 'v', 'receivedAt');

  it('is read as its schema has it, whatever stands in the record', () => {
    let read = 0;
    fc.assert(
      fc.property(fields, more, missing, (sent, extra, left) => {
        const text = JSON.stringify({
          ...sent,
          ...extra,
          ...(left === undefined ? {} : { [left]: undefined }),
        });
        const expected = envelopeSchema.safeParse(JSON.parse(text));
        const decoded = decodeEnvelope(text);
        expect(decoded.ok).toBe(expected.success);
        if (!decoded.ok) return;
        expect(decoded.envelope).toStrictEqual(expected.data);
        expect(decodeEnvelope(Uint8Array.from(Buffer.from(text)))).toStrictEqual(decoded);
        read++;
      }),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(200);
  }, 60_000);
});

describe('judged readings', () => {
  it.each<[string, Partial<Record<keyof Reading, unknown>>]>([
    ['another charge point', { chargePointId: 'CP-2' }],
    ['a NUL in a name', { measurand: 'a\u0000' }],
    ['a name of 51 characters', { context: 'x'.repeat(51) }],
    ['no measurand', { measurand: '' }],
    ['half a surrogate pair', { location: '\ud800' }],
    ['a control character in the phase', { phase: '\u0007' }],
    ['a long unit', { unit: 'x'.repeat(51) }],
    ['a value that is a text', { value: '1' }],
    ['no value', { value: null }],
    ['a value beyond 1e15', { value: 1e15 + 1 }],
    ['a fractional connector', { connectorId: 1.5 }],
    ['a connector beyond 31 bits', { connectorId: 2 ** 31 }],
    ['connector -2', { connectorId: -2 }],
    ['the connector of a session, without one', { connectorId: -1 }],
    ['evse -1', { evseId: -1 }],
    ['a fractional time', { timestampMs: 1.5 }],
    ['a time beyond the year 9999', { timestampMs: 253_402_300_800_000 }],
    ['an empty transaction', { transactionId: '' }],
    ['a transaction of 37 characters', { transactionId: 'x'.repeat(37) }],
    ['a NUL in the transaction', { transactionId: '\u0000' }],
    ['an unknown quality', { quality: 8 }],
    ['a negative quality', { quality: -1 }],
    ['a missing field', { phase: undefined }],
  ])('are refused with %s', (_what, fields) => {
    expect(judged([READING]).ok).toBe(true);
    expect(judged([READING, { ...READING, ...fields }]).ok).toBe(false);
  });

  it('are refused with -0, which would be another value than 0', () => {
    const text = encodeEnvelope({ ...HEAD, kind: 'judged', readings: [READING], session: null });
    expect(decodeEnvelope(text.replace('12.5', '0')).ok).toBe(true);
    expect(decodeEnvelope(text.replace('12.5', '-0')).ok).toBe(false);
    expect(decodeEnvelope(text.replace('12.5', '1e400')).ok).toBe(false);
  });

  it.each([undefined, null, {}, 'x', [null], [[]]])('are refused when they are %j', (readings) => {
    expect(judged(readings, STOP).ok).toBe(false);
  });

  it('are refused when there is nothing at all', () => {
    expect(judged([])).toMatchObject({ ok: false, detail: expect.stringContaining('neither') as string });
  });

  it('take the connector of a session only where that session is stopped', () => {
    const waiting = { ...READING, connectorId: -1 };
    expect(judged([waiting], STOP).ok).toBe(true);
    expect(judged([waiting], START).ok).toBe(false);
    expect(judged([waiting], null).ok).toBe(false);
    expect(judged([{ ...waiting, transactionId: '8' }], STOP).ok).toBe(false);
    expect(judged([{ ...waiting, transactionId: null }], STOP).ok).toBe(false);
  });
});

describe('a judged session', () => {
  it.each<[string, object]>([
    ['another kind', { ...START, kind: 'pause' }],
    ['transaction 0', { ...START, transactionId: '0' }],
    ['a transaction that is a number', { ...START, transactionId: 7 }],
    ['a transaction with a leading zero', { ...STOP, transactionId: '07' }],
    ['a transaction beyond 31 bits', { ...STOP, transactionId: '2147483648' }],
    ['the connector of a session', { ...START, connectorId: -1 }],
    ['a NUL in the idTag', { ...START, idTag: '\u0000' }],
    ['an idTag that is null', { ...START, idTag: null }],
    ['an idTag of 51 characters', { ...STOP, idTag: 'x'.repeat(51) }],
    ['an empty reason', { ...STOP, reason: '' }],
    ['a fractional meter', { ...START, meterStartWh: 1.5 }],
    ['a negative meter', { ...STOP, meterStopWh: -1 }],
    ['a meter beyond 1e15', { ...STOP, meterStopWh: 1e15 + 1 }],
    ['a time that is a text', { ...STOP, endedAtMs: '2026-01-01' }],
    ['no time', { ...START, startedAtMs: undefined }],
    ['nothing', {}],
  ])('is refused with %s', (_what, session) => {
    expect(judged([], session).ok).toBe(false);
    expect(judged([READING], session).ok).toBe(false);
  });

  it.each([START, STOP])('is taken without readings: $kind', (session) => {
    expect(judged([], session).ok).toBe(true);
  });
});
