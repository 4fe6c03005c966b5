import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope } from '../envelope.js';
import { anyText } from '../../tests/harness/any-text.js';
import { redriveEnvelope } from '../redrive.js';
import { CONNECTOR_OF_SESSION } from '../session.js';
import { flattenTransactionEvent } from './flatten-transaction-event.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const TIME = '2026-03-01T11:59:00Z';
const MS = Date.parse(TIME);
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };

const flatten = (payload: unknown) =>
  flattenTransactionEvent({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS);
const event = (eventType: string, more: object = {}, info: object = {}) => ({
  ...{ eventType, timestamp: TIME, triggerReason: 'CablePluggedIn', seqNo: 0 },
  transactionInfo: { transactionId: 'tx-1', ...info },
  ...more,
});
const sampled = (...sampledValue: unknown[]) => ({ meterValue: [{ timestamp: TIME, sampledValue }] });
const reasons = (payload: unknown) => flatten(payload).rejects.map(({ reason, path }) => [reason, path]);

describe('flattening a TransactionEvent', () => {
  it('that is Started begins a session with its idToken, its EVSE and the register of its begin', () => {
    const payload = event('Started', {
      evse: { id: 2, connectorId: 1 },
      idToken: { idToken: 'TAG', type: 'ISO14443' },
      ...sampled({ value: 1.2345, context: 'Transaction.Begin', unitOfMeasure: { unit: 'kWh' } }),
    });
    expect(flatten(payload)).toMatchObject({
      rejects: [],
      readings: [{ evseId: 2, connectorId: 0, transactionId: 'tx-1', value: 1234.5 }],
      session: {
        ...{ kind: 'start', transactionId: 'tx-1', evseId: null, connectorId: null, idTag: 'TAG' },
        ...{ startedAtMs: MS, meterStartWh: 1234.5, evse: { evseId: 2, connectorId: 1 } },
      },
    });
  });

  it('that is Ended stops it, for the reason Local unless another is told', () => {
    const ended = {
      kind: 'stop',
      transactionId: 'tx-1',
      idTag: null,
      endedAtMs: MS,
      meterStopWh: null,
      evse: null,
    };
    expect(flatten(event('Ended')).session).toEqual({ ...ended, reason: 'Local' });
    expect(flatten(event('Ended', {}, { stoppedReason: 'EVDisconnected' })).session).toMatchObject({
      reason: 'EVDisconnected',
    });
  });

  it('that is Updated tells who was authorized, and without an EVSE its readings are where the session is', () => {
    const payload = event('Updated', { idToken: { idToken: 'TAG' }, ...sampled({ value: 1 }) });
    expect(flatten(payload)).toMatchObject({
      readings: [{ evseId: 0, connectorId: CONNECTOR_OF_SESSION, transactionId: 'tx-1' }],
      session: { kind: 'update', transactionId: 'tx-1', idTag: 'TAG', evse: null },
    });
  });

  it('takes an empty idToken (NoAuthorization) for none, and a connector that is none for one that is not told', () => {
    const none = { idToken: { idToken: '', type: 'NoAuthorization' }, evse: { id: '2', connectorId: -1 } };
    expect(flatten(event('Updated', none))).toEqual({
      ...{ readings: [], rejects: [] },
      session: { kind: 'update', transactionId: 'tx-1', idTag: null, evse: { evseId: 2, connectorId: null } },
    });
  });

  it.each([
    [null, 'invalid_session', ''],
    ['x', 'invalid_session', ''],
    [event('Paused'), 'invalid_session', '/eventType'],
    [{ ...event('Started'), transactionInfo: null }, 'invalid_transaction', '/transactionInfo/transactionId'],
    [event('Started', {}, { transactionId: '' }), 'invalid_transaction', '/transactionInfo/transactionId'],
    [
      event('Started', {}, { transactionId: 'x'.repeat(37) }),
      'invalid_transaction',
      '/transactionInfo/transactionId',
    ],
    [event('Started', {}, { transactionId: 'a\0' }), 'invalid_transaction', '/transactionInfo/transactionId'],
    [event('Updated', { evse: { id: 0 } }), 'invalid_connector', '/evse'],
    [event('Updated', { evse: 1 }), 'invalid_connector', '/evse'],
    [event('Updated', { evse: { id: 1.5 } }), 'invalid_connector', '/evse'],
  ])('tells of no session when it is %j', (payload, reason, path) => {
    expect(flatten(payload).session).toBeNull();
    expect(flatten(payload).readings).toEqual([]);
    expect(reasons(payload)).toEqual([[reason, path]]);
  });

  it('keeps the session where a time, an idToken, a reason or its meter values are of no use', () => {
    const payload = event(
      'Ended',
      { timestamp: '1e9', idToken: { idToken: 'x'.repeat(51) }, meterValue: 'x' },
      { stoppedReason: {} },
    );
    expect(reasons(payload)).toEqual([
      ['invalid_timestamp', '/timestamp'],
      ['invalid_name', '/idToken'],
      ['invalid_name', '/transactionInfo/stoppedReason'],
      ['missing_meter_value', '/meterValue'],
    ]);
    expect(flatten(payload).session).toMatchObject({ kind: 'stop', endedAtMs: null, idTag: 'x'.repeat(50) });
  });

  it('tells of the same session again when a bad part is sent again by itself', () => {
    const payload = event(
      'Ended',
      {
        idToken: { idToken: 'TAG' },
        evse: { id: 2, connectorId: 1 },
        ...sampled({ value: 'x' }, { value: 1 }),
      },
      { stoppedReason: 'Remote' },
    );
    const { session, rejects } = flatten(payload);
    const part = { id: 4, chargePointId: 'CP-1', protocol: 'ocpp2.0.1', messageId: 'm' } as const;
    const { raw, rawKind } = rejects[0] ?? { raw: '', rawKind: null };
    const again = redriveEnvelope({ ...part, raw, rawKind }, AT + 1);
    expect(again).toMatchObject({ ok: true, envelope: { kind: 'transactionEvent', redriveOf: 4 } });
    const flat = flatten(JSON.parse(raw));
    expect(flat.session).toEqual(session);
    expect(flat.rejects).toMatchObject([{ reason: 'invalid_value', path: '/meterValue/0/sampledValue/0' }]);
    expect(flat.readings).toEqual([]);
  });

  it('whatever is sent gives what a judged envelope may hold, and rejects that can be sent again', () => {
    const any = fc.oneof(fc.jsonValue(), anyText);
    const meterValue = fc.array(
      fc.record({
        timestamp: fc.constantFrom(TIME, 'x'),
        sampledValue: fc.array(
          fc.record(
            {
              value: fc.oneof(fc.double(), anyText),
              context: fc.constantFrom('Transaction.Begin', 'Transaction.End', '\0'),
              signedMeterValue: fc.oneof(any, fc.record({ signedMeterData: anyText })),
            },
            { requiredKeys: [] },
          ),
        ),
      }),
    );
    const payload = fc.oneof(
      any,
      fc.record(
        {
          eventType: fc.constantFrom('Started', 'Updated', 'Ended', 'x'),
          timestamp: fc.oneof(fc.constant(TIME), any),
          transactionInfo: fc.oneof(any, fc.record({ transactionId: anyText, stoppedReason: any })),
          idToken: fc.oneof(any, fc.record({ idToken: any })),
          evse: fc.oneof(any, fc.record({ id: fc.nat(3), connectorId: any })),
          meterValue: fc.oneof(any, meterValue),
        },
        { requiredKeys: ['eventType', 'transactionInfo'] },
      ),
    );
    fc.assert(
      fc.property(payload, (sent) => {
        const parsed = JSON.parse(JSON.stringify(sent)) as unknown;
        const { readings, rejects, session, signedValues } = flatten(parsed);
        expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
        if (session === null) expect(rejects).toHaveLength(1);
        else {
          const head = {
            v: 1,
            chargePointId: 'CP-1',
            protocol: 'ocpp2.0.1',
            messageId: null,
            receivedAt: AT,
          };
          const judged = { ...head, kind: 'judged', readings, session, signedValues } as const;
          expect(decodeEnvelope(encodeEnvelope(judged as never))).toMatchObject({ ok: true });
        }
        for (const { raw, reason } of rejects) {
          const again = flatten(JSON.parse(raw));
          expect(again.rejects.map((each) => each.reason)).toContain(reason);
        }
      }),
    );
  });
});
