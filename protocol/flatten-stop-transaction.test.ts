import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { flattenStopTransaction } from './flatten-stop-transaction.js';
import { judgedFault, readingSchema, sessionSchema } from './judged-schema.js';
import { Quality } from './reading.js';
import { REJECT_REASONS } from './reject.js';
import { CONNECTOR_OF_SESSION } from './session.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') };
const TIME = '2026-03-01T11:59:00Z';
const STOP = { transactionId: 77, meterStop: 2250, timestamp: TIME };
const DATA = [
  { timestamp: TIME, sampledValue: [{ value: '2250.7', context: 'Transaction.End' }, { value: 'x' }] },
  { timestamp: 'y', sampledValue: [{ value: '1' }] },
  { timestamp: TIME, sampledValue: [{ value: '60', measurand: 'SoC' }] },
];

const flatten = (payload: unknown) =>
  flattenStopTransaction({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS);
const rejected = (payload: unknown) => flatten(payload).rejects.map(({ reason, path }) => [reason, path]);

describe('flattening a StopTransaction', () => {
  it('makes the session end, and a reading of meterStop in a context of its own', () => {
    expect(flatten({ ...STOP, idTag: 'tag', reason: 'EVDisconnected' })).toEqual({
      readings: [
        {
          ...{ chargePointId: 'CP-1', evseId: 0, connectorId: CONNECTOR_OF_SESSION, phase: '' },
          ...{ measurand: 'Energy.Active.Import.Register', context: 'MeterStop', value: 2250 },
          ...{
            location: 'Outlet',
            unit: 'Wh',
            timestampMs: Date.parse(TIME),
            transactionId: '77',
            quality: 0,
          },
        },
      ],
      rejects: [],
      session: {
        ...{ kind: 'stop', transactionId: '77', idTag: 'tag', reason: 'EVDisconnected' },
        ...{ endedAtMs: Date.parse(TIME), meterStopWh: 2250 },
      },
    });
  });

  it.each([
    {},
    { idTag: null, reason: null, transactionData: null },
    { idTag: '', reason: '', transactionData: [] },
  ])('takes absent, null and empty fields for the same: %j', (fields) => {
    const { readings, rejects, session } = flatten({ ...STOP, ...fields });
    expect(readings).toHaveLength(1);
    expect(rejects).toEqual([]);
    expect(session).toMatchObject({ idTag: null, reason: 'Local' });
  });

  it('flags a time without a zone', () => {
    const { readings } = flatten({ ...STOP, timestamp: '2026-03-01T11:59:00' });
    expect(readings).toMatchObject([{ quality: Quality.ASSUMED_UTC, timestampMs: Date.parse(TIME) }]);
  });

  it('gives its meter values the connector and the id of the session, and rejects the bad ones', () => {
    const { readings, rejects } = flatten({ ...STOP, idTag: 'tag', reason: 'Remote', transactionData: DATA });
    expect(readings.map(({ context, measurand, value }) => [context, measurand, value])).toEqual([
      ['MeterStop', 'Energy.Active.Import.Register', 2250],
      ['Transaction.End', 'Energy.Active.Import.Register', 2250.7],
      ['Sample.Periodic', 'SoC', 60],
    ]);
    for (const reading of readings) {
      expect(reading).toMatchObject({ connectorId: CONNECTOR_OF_SESSION, transactionId: '77' });
    }
    const head = `{"transactionId":77,"timestamp":"${TIME}","meterStop":2250,"idTag":"tag","reason":"Remote"`;
    expect(rejects).toEqual([
      {
        ...{ reason: 'invalid_value', path: '/transactionData/0/sampledValue/1', detail: 'value is "x"' },
        raw: `${head},"transactionData":[{"timestamp":"${TIME}","sampledValue":[{"value":"x"}]}]}`,
        rawKind: 'stopTransaction',
      },
      {
        ...{ reason: 'invalid_timestamp', path: '/transactionData/1', detail: 'timestamp is "y"' },
        raw: `${head},"transactionData":[{"timestamp":"y","sampledValue":[{"value":"1"}]}]}`,
        rawKind: 'stopTransaction',
      },
    ]);
  });

  it('tells the same of the session when a bad part is sent again by itself', () => {
    const payload = { ...STOP, idTag: 'tag', reason: 'Remote', transactionData: DATA };
    const whole = flatten(payload);
    for (const { reason, raw } of whole.rejects) {
      const again = flatten(JSON.parse(raw));
      expect(again.session).toEqual(whole.session);
      expect(again.rejects).toMatchObject([{ reason, raw }]);
    }
  });

  it.each([0, -1, -2_147_483_648, 2 ** 31, '0', '-1', 'abc', '0x10', '1e3'])(
    'takes the readings of transaction %j, which can be no session of ours, for those of the charge point',
    (transactionId) => {
      const { readings, rejects, session } = flatten({
        ...STOP,
        transactionId,
        transactionData: DATA.slice(2),
      });
      expect(session).toBeNull();
      expect(rejects).toEqual([]);
      expect(readings).toHaveLength(2);
      for (const reading of readings) {
        expect(reading).toMatchObject({ connectorId: 0, transactionId: String(transactionId) });
      }
    },
  );

  it.each(['77', '077', 77])('takes %j for session 77', (transactionId) => {
    const { session, readings } = flatten({ ...STOP, transactionId });
    expect(session).toMatchObject({ transactionId: '77' });
    expect(readings).toMatchObject([{ transactionId: '77' }]);
  });

  it.each([1.5, 1e300, null, undefined, '', {}, 'a\u0000', 'x'.repeat(37)])(
    'rejects transactionId %.20j whole',
    (transactionId) => {
      const payload = { ...STOP, transactionId, transactionData: DATA };
      expect(flatten(payload)).toMatchObject({ readings: [], session: null });
      expect(flatten(payload).rejects).toMatchObject([
        { reason: 'invalid_transaction', path: '/transactionId', raw: JSON.stringify(payload) },
      ]);
    },
  );

  it('keeps the end of the session, and its meter values, when its own fields are bad', () => {
    const payload = { ...STOP, meterStop: 12.5, timestamp: '1970-01-01T00:00:00Z', reason: 'x'.repeat(51) };
    const { readings, rejects, session } = flatten({ ...payload, transactionData: DATA.slice(2) });
    expect(readings).toMatchObject([{ measurand: 'SoC' }]);
    const raw = JSON.stringify(payload);
    expect(rejects).toMatchObject([
      { reason: 'timestamp_out_of_range', path: '/timestamp', raw },
      { reason: 'invalid_value', path: '/meterStop', raw },
      { reason: 'invalid_name', path: '/reason', raw },
    ]);
    expect(session).toMatchObject({ endedAtMs: null, meterStopWh: null, reason: 'x'.repeat(50) });
  });

  it('keeps meter values that are no list', () => {
    const payload = { ...STOP, transactionData: { a: 1 } };
    expect(flatten(payload).readings).toHaveLength(1);
    expect(flatten(payload).rejects).toMatchObject([
      { reason: 'missing_meter_value', path: '/transactionData', raw: JSON.stringify(payload) },
    ]);
  });

  it('keeps little for each of a thousand bad parts, though each repeats the session', () => {
    const long = 'x'.repeat(100_000);
    const transactionData = Array.from({ length: 1_000 }, () => ({
      timestamp: TIME,
      sampledValue: [{ value: 'x' }],
    }));
    const payload = { ...STOP, timestamp: long, meterStop: long, idTag: long, reason: long, transactionData };
    const { rejects } = flatten(payload);
    expect(rejects).toHaveLength(1_001);
    const kept = rejects.reduce((sum, { raw }) => sum + raw.length, 0);
    expect(kept).toBeLessThan(5 * 400_000 + 1_000 * 600);
    // What was cut is still too long to be used.
    expect(rejected(JSON.parse(rejects[900]?.raw ?? '')).map(([, path]) => path)).toEqual([
      ...['/timestamp', '/meterStop', '/idTag', '/reason', '/transactionData/0/sampledValue/0'],
    ]);
  });

  it.each([null, undefined, 'text', 7, []])('rejects a payload such as %j whole', (payload) => {
    expect(flatten(payload)).toMatchObject({ readings: [], session: null });
    expect(rejected(payload)).toEqual([['invalid_session', '']]);
  });

  it('never throws, always says something, and says nothing that can not be stored', () => {
    const field = fc.oneof(anyText, fc.jsonValue(), fc.constantFrom(1, '1', TIME, -0, 1e300));
    const sampledValue = fc.array(fc.oneof(field, fc.record({ value: field, unit: field, context: field })));
    const meterValue = fc.record({ timestamp: fc.oneof(fc.constant(TIME), field), sampledValue });
    const payload = fc.record(
      {
        transactionId: fc.oneof(fc.constant(1), field),
        idTag: field,
        meterStop: field,
        timestamp: field,
        reason: field,
        transactionData: fc.oneof(fc.array(fc.oneof(meterValue, field)), field),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(payload, fc.jsonValue()), (sent) => {
        const { readings, rejects, session } = flatten(sent);
        expect(readings.length + rejects.length).toBeGreaterThan(0);
        for (const reading of readings) expect(readingSchema.safeParse(reading).error).toBeUndefined();
        if (session !== null) expect(sessionSchema.safeParse(session).error).toBeUndefined();
        if (readings.length > 0) {
          expect(
            judgedFault({ chargePointId: 'CP-1', protocol: 'ocpp1.6', readings, session }),
          ).toBeUndefined();
        }
        expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
        for (const { reason, detail, raw } of rejects) {
          expect(REJECT_REASONS).toHaveProperty(reason);
          expect(detail).not.toMatch(/\p{Cc}/u);
          if (raw !== '') expect(() => JSON.parse(raw) as unknown).not.toThrow();
        }
      }),
      { numRuns: 300 },
    );
  });
});
