import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { decodeEnvelope, encodeEnvelope, type Envelope, PROTOCOL_NAMES } from './envelope.js';
import { flattenMeterValues } from './flatten.js';
import { flattenStopTransaction } from './flatten-stop-transaction.js';
import { MAX_ENVELOPE_BYTES } from './durable-size.js';
import { redriveEnvelope, type QuarantinedPart } from './redrive.js';
import { RAW_KINDS } from './reject.js';
import { transactionIdOf } from './transaction-id.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LATER = AT + 1_000;
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };
const TIME = '2026-03-01T11:59:00Z';
const PART: QuarantinedPart = {
  ...{
    id: 42,
    chargePointId: 'CP-1',
    protocol: 'ocpp1.6',
    messageId: 'm1',
    raw: '{}',
    rawKind: 'meterValues',
  },
};
const HEAD = { v: 1, chargePointId: 'CP-1', protocol: 'ocpp1.6', messageId: 'm1' } as const;
const AGAIN = { ...HEAD, receivedAt: LATER, redriveOf: 42 };

const redrive = (part: Partial<QuarantinedPart>) => redriveEnvelope({ ...PART, ...part }, LATER);

describe('a quarantined part that is sent again', () => {
  it('is the request it was kept as, under its charge point, with its own id as origin and a new arrival', () => {
    const payload = {
      connectorId: 1,
      meterValue: [{ timestamp: TIME, sampledValue: [{ value: '1' }, { value: 'x' }] }],
    };
    const [reject] = flattenMeterValues({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS).rejects;
    expect(redrive({ raw: reject?.raw ?? '', rawKind: 'meterValues' })).toEqual({
      ok: true,
      envelope: {
        ...AGAIN,
        kind: 'meterValues',
        payload: { connectorId: 1, meterValue: [{ timestamp: TIME, sampledValue: [{ value: 'x' }] }] },
      },
    });
  });

  it('may be a cell that held the request as a text: it is read this time', () => {
    const request = { connectorId: 1, meterValue: [{ timestamp: TIME, sampledValue: [{ value: '1' }] }] };
    const payload = JSON.stringify(request);
    const [reject] = flattenMeterValues({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS).rejects;
    expect(redrive({ raw: reject?.raw ?? '' })).toMatchObject({ ok: true, envelope: { payload: request } });
  });

  it('has the transaction id of its Start anew, which is the same', () => {
    const payload = { connectorId: 1, idTag: 'a', meterStart: 12.5, timestamp: TIME };
    expect(redrive({ raw: JSON.stringify(payload), rawKind: 'startTransaction' })).toEqual({
      ok: true,
      envelope: {
        ...{ ...AGAIN, kind: 'startTransaction', payload },
        transactionId: transactionIdOf('CP-1', payload),
      },
    });
  });

  it.each([
    ['TransactionEvent', { eventType: 'Ended', timestamp: TIME, transactionInfo: { transactionId: 'tx' } }],
    ['MeterValues', { evseId: 1, meterValue: [] }],
  ])('is read by the version of OCPP that it came in: a frame of 2.0.1 with %s', (action, payload) => {
    const raw = JSON.stringify([2, 'm1', action, payload]);
    const kind = action === 'MeterValues' ? 'meterValues' : 'transactionEvent';
    expect(redrive({ protocol: 'ocpp2.0.1', raw, rawKind: 'frame' })).toEqual({
      ok: true,
      envelope: { ...AGAIN, protocol: 'ocpp2.0.1', kind, payload },
    });
  });

  it('stops the same session when it is a part of a Stop', () => {
    const payload = {
      ...{ transactionId: 7, meterStop: 5, timestamp: TIME, reason: 'Remote' },
      transactionData: [{ timestamp: TIME, sampledValue: [{ value: 'x' }] }],
    };
    const message = { chargePointId: 'CP-1', payload, receivedAt: AT };
    const { session, rejects } = flattenStopTransaction(message, LIMITS);
    const again = redrive({ raw: rejects[0]?.raw ?? '', rawKind: 'stopTransaction' });
    expect(again).toMatchObject({ ok: true, envelope: { ...AGAIN, kind: 'stopTransaction' } });
    const envelope = (again as { envelope: Envelope }).envelope as Envelope & { kind: 'stopTransaction' };
    expect(flattenStopTransaction(envelope, LIMITS).session).toEqual(session);
  });

  it('is taken as judged when it was', () => {
    const readings = [
      {
        ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 1, phase: '', location: 'Outlet', unit: 'V' },
        ...{
          measurand: 'Voltage',
          context: 'Trigger',
          timestampMs: AT,
          value: 230,
          transactionId: null,
          quality: 0,
        },
      },
    ];
    const raw = JSON.stringify({ readings, session: null, chargePointId: 'CP-9', v: 9 });
    expect(redrive({ raw, rawKind: 'judged' })).toEqual({
      ok: true,
      envelope: { ...AGAIN, kind: 'judged', readings, session: null },
    });
  });

  it.each(['{}', '[]', 'null', '{"readings":[],"session":null}', '{"readings":[{}],"session":null}'])(
    'is not sent when it was judged and is %s',
    (raw) => expect(redrive({ raw, rawKind: 'judged' })).toMatchObject({ ok: false }),
  );

  it('goes through its protocol again when it is a frame', () => {
    const payload = { connectorId: 1 };
    const raw = JSON.stringify([2, 'm9', 'MeterValues', payload]);
    expect(redrive({ raw, rawKind: 'frame' })).toEqual({
      ok: true,
      envelope: { ...AGAIN, messageId: 'm9', kind: 'meterValues', payload },
    });
    const json = JSON.stringify({ id: 'j1', chargePointId: 'CP-1', payload });
    expect(redrive({ raw: json, rawKind: 'frame', protocol: 'json' })).toMatchObject({
      ok: true,
      envelope: { protocol: 'json', messageId: 'j1', kind: 'meterValues', payload, redriveOf: 42 },
    });
  });

  it('is as unreadable as before when the frame is', () => {
    const raw = '[2,"m9","StopTransaction",{}]';
    expect(redrive({ raw, rawKind: 'frame' })).toMatchObject({
      ok: true,
      envelope: { kind: 'unreadable', reason: 'invalid_session', raw, redriveOf: 42, receivedAt: LATER },
    });
    expect(redrive({ raw: '[2,"m9",', rawKind: 'frame' })).toMatchObject({
      ok: true,
      envelope: { kind: 'unreadable', reason: 'invalid_json' },
    });
  });

  it.each<[string, Partial<QuarantinedPart>]>([
    ['of a frame nothing was kept', { raw: '', rawKind: 'frame' }],
    ['the frame needs no log', { raw: '[2,"1","Heartbeat",{}]', rawKind: 'frame' }],
    ['the frame is cut', { raw: '{"id":"1","chargePo', rawKind: 'frame', protocol: 'json' }],
    ['the frame holds several messages', { raw: severalMessages(), rawKind: 'frame', protocol: 'json' }],
    ['it is no JSON', { raw: '{"meterValue":[' }],
    ['it is nested beyond the serialiser', { raw: `${'['.repeat(50_000)}${']'.repeat(50_000)}` }],
    ['nobody knows what it is', { rawKind: null }],
    ['it names no charge point', { chargePointId: null }],
    ['it names no protocol', { protocol: null }],
    ['its charge point has no id', { chargePointId: 'a\u0000' }],
    ['the log has no room for it', { raw: `"${'x'.repeat(MAX_ENVELOPE_BYTES)}"` }],
    ['the record is still none', { rawKind: 'record', chargePointId: null, protocol: null, raw: 'x' }],
    ['the record is nested beyond the serialiser', { rawKind: 'record', raw: deepRecord() }],
    ['the record is base64', { rawKind: 'record', chargePointId: null, protocol: null, raw: '//4=' }],
  ])('is not sent when %s', (_what, part) => {
    expect(redrive(part)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^[^\p{Cc}]+$/u) as string,
    });
  });

  it('is a record that can be read by now', () => {
    const envelope = { ...HEAD, receivedAt: AT, redriveOf: 9, kind: 'stopTransaction', payload: {} };
    const part = { chargePointId: null, protocol: null, messageId: null, rawKind: 'record' } as const;
    expect(redrive({ ...part, raw: JSON.stringify(envelope) })).toEqual({
      ok: true,
      envelope: { ...envelope, receivedAt: LATER, redriveOf: 42 },
    });
  });

  it('is an envelope that the worker can read, or has a reason why not, whatever it is', () => {
    const raw = fc.oneof(
      anyText,
      fc.json(),
      fc.json().map((json) => `[2,"m","StartTransaction",${json}]`),
    );
    const nullOr = <T>(values: readonly T[]) => fc.constantFrom(...values, null);
    fc.assert(
      fc.property(raw, nullOr(RAW_KINDS), nullOr(PROTOCOL_NAMES), (text, rawKind, protocol) => {
        const again = redrive({ raw: text, rawKind, protocol });
        if (!again.ok) return again.detail.length > 0;
        expect(again.envelope).toMatchObject({ redriveOf: 42, receivedAt: LATER });
        expect(decodeEnvelope(encodeEnvelope(again.envelope)).ok).toBe(true);
        return true;
      }),
      { numRuns: 500 },
    );
  });
});

function deepRecord(): string {
  const text = encodeEnvelope({ ...HEAD, receivedAt: AT, kind: 'meterValues', payload: 'deep' });
  return text.replace('"deep"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`);
}

function severalMessages(): string {
  const message = { id: '1', chargePointId: 'CP-1', payload: {} };
  return JSON.stringify([message, message]);
}
