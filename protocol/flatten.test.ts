import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { jsonText } from './excerpt.js';
import { flattenMeterValues } from './flatten.js';
import { MAX_REJECTS_PER_MESSAGE } from './flattening.js';
import { Quality } from './reading.js';
import { REJECT_REASONS } from './reject.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') };
const TIME = '2026-03-01T11:59:00Z';

const flatten = (payload: unknown) =>
  flattenMeterValues({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS);
const sampled = (...sampledValue: unknown[]) => ({
  connectorId: 1,
  meterValue: [{ timestamp: TIME, sampledValue }],
});
const reasons = (payload: unknown) => flatten(payload).rejects.map(({ reason, path }) => [reason, path]);

describe('flattening meter values', () => {
  it('applies the defaults of the protocol', () => {
    expect(flatten({ connectorId: 2, ...{ meterValue: sampled({ value: '12.5' }).meterValue } })).toEqual({
      readings: [
        {
          chargePointId: 'CP-1',
          evseId: 0,
          connectorId: 2,
          measurand: 'Energy.Active.Import.Register',
          phase: '',
          location: 'Outlet',
          unit: 'Wh',
          context: 'Sample.Periodic',
          timestampMs: Date.parse(TIME),
          value: 12.5,
          transactionId: null,
          quality: 0,
        },
      ],
      rejects: [],
    });
  });

  it('takes absent, null and empty fields for the same', () => {
    const fields = { context: null, measurand: '', phase: null, location: '', unit: null, format: null };
    const payload = { ...sampled({ value: '1', ...fields }), connectorId: null, transactionId: '' };
    expect(flatten(payload).readings).toEqual(
      flatten({ meterValue: sampled({ value: '1' }).meterValue, connectorId: 0 }).readings,
    );
  });

  it('keeps names as sent, known to OCPP or not', () => {
    const names = { measurand: 'Acme.Flux', context: 'Acme', phase: 'L9', location: 'Roof', unit: 'flux' };
    expect(flatten(sampled({ value: '1', ...names })).readings).toMatchObject([names]);
  });

  it('stores readings without a transaction, with transaction 0 and on connector 0', () => {
    const of = (head: object) => flatten({ ...sampled({ value: '1' }), ...head }).readings[0];
    expect(of({ transactionId: 0 })?.transactionId).toBe('0');
    expect(of({ transactionId: -7 })?.transactionId).toBe('-7');
    expect(of({ transactionId: 'a-b' })?.transactionId).toBe('a-b');
    expect(of({})?.transactionId).toBeNull();
    expect(of({ connectorId: 0 })?.connectorId).toBe(0);
    expect(of({ connectorId: '3' })?.connectorId).toBe(3);
  });

  it('stores the good values of a message and rejects each bad part with its path, as a request of its own', () => {
    const { readings, rejects } = flatten({
      connectorId: 1,
      transactionId: 7,
      meterValue: [
        { timestamp: TIME, sampledValue: [{ value: '1' }, { value: 'abc' }, { value: '3' }] },
        { timestamp: 'yesterday', sampledValue: [{ value: '4' }] },
        { timestamp: TIME, sampledValue: [{ value: '5' }] },
      ],
    });
    expect(readings.map(({ value }) => value)).toEqual([1, 3, 5]);
    expect(rejects).toEqual([
      {
        ...{ reason: 'invalid_value', path: '/meterValue/0/sampledValue/1' },
        ...{ detail: 'value is "abc"', rawKind: 'meterValues' },
        raw: `{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"${TIME}","sampledValue":[{"value":"abc"}]}]}`,
      },
      {
        ...{ reason: 'invalid_timestamp', path: '/meterValue/1', detail: 'timestamp is "yesterday"' },
        raw: '{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"yesterday","sampledValue":[{"value":"4"}]}]}',
        rawKind: 'meterValues',
      },
    ]);
  });

  it.each([
    [null, 'not_meter_values'],
    [undefined, 'not_meter_values'],
    [[], 'not_meter_values'],
    [{ ...sampled({ value: '1' }), connectorId: -1 }, 'invalid_connector'],
    [{ ...sampled({ value: '1' }), connectorId: 1.5 }, 'invalid_connector'],
    [{ ...sampled({ value: '1' }), connectorId: 2 ** 31 }, 'invalid_connector'],
    [{ ...sampled({ value: '1' }), connectorId: 'one' }, 'invalid_connector'],
    [{ ...sampled({ value: '1' }), connectorId: true }, 'invalid_connector'],
    [{ ...sampled({ value: '1' }), transactionId: 1.5 }, 'invalid_transaction'],
    [{ ...sampled({ value: '1' }), transactionId: 1e300 }, 'invalid_transaction'],
    [{ ...sampled({ value: '1' }), transactionId: 'x'.repeat(37) }, 'invalid_transaction'],
    [{ ...sampled({ value: '1' }), transactionId: 'a\u0000' }, 'invalid_transaction'],
    [{ ...sampled({ value: '1' }), transactionId: {} }, 'invalid_transaction'],
    [{}, 'missing_meter_value'],
    [{ meterValue: [] }, 'missing_meter_value'],
    [{ meterValue: {} }, 'missing_meter_value'],
    [{ meterValue: 'x' }, 'missing_meter_value'],
  ])('rejects a message such as %j whole', (payload, reason) => {
    const flat = flatten(payload);
    expect(flat.readings).toEqual([]);
    expect(flat.rejects).toMatchObject([{ reason, path: '', raw: jsonText(payload) }]);
  });

  it.each([
    [null, 'missing_sampled_value'],
    [[], 'missing_sampled_value'],
    [{ timestamp: TIME }, 'missing_sampled_value'],
    [{ timestamp: TIME, sampledValue: [] }, 'missing_sampled_value'],
    [{ timestamp: TIME, sampledValue: { value: '1' } }, 'missing_sampled_value'],
    [{ sampledValue: [{ value: '1' }] }, 'missing_timestamp'],
    [{ timestamp: null, sampledValue: [{ value: '1' }] }, 'missing_timestamp'],
    [{ timestamp: 1772366340000, sampledValue: [{ value: '1' }] }, 'invalid_timestamp'],
    [{ timestamp: '2026-02-30T00:00:00Z', sampledValue: [{ value: '1' }] }, 'invalid_timestamp'],
    [{ timestamp: '2026-03-02T12:00:00.001Z', sampledValue: [{ value: '1' }] }, 'timestamp_out_of_range'],
    [{ timestamp: '2009-12-31T23:59:59.999Z', sampledValue: [{ value: '1' }] }, 'timestamp_out_of_range'],
  ])('rejects a meterValue such as %j', (meterValue, reason) => {
    expect(reasons({ connectorId: 1, meterValue: [meterValue] })).toEqual([[reason, '/meterValue/0']]);
  });

  it.each([
    [null, 'missing_value'],
    ['7', 'missing_value'],
    [{}, 'missing_value'],
    [{ value: null }, 'missing_value'],
    [{ value: '' }, 'missing_value'],
    [{ value: ' ' }, 'invalid_value'],
    [{ value: 'NaN' }, 'invalid_value'],
    [{ value: 'Infinity' }, 'invalid_value'],
    [{ value: true }, 'invalid_value'],
    [{ value: { valueOf: 1 } }, 'invalid_value'],
    [{ value: ['1'] }, 'invalid_value'],
    [{ value: '9'.repeat(1_000_000) }, 'invalid_value'],
    [{ value: '1000000000000001' }, 'value_out_of_range'],
    [{ value: '-1e13', unit: 'kWh' }, 'value_out_of_range'],
    [{ value: '1e999' }, 'value_out_of_range'],
    [{ value: JSON.parse('1e999') as number }, 'value_out_of_range'],
    [{ value: 7, format: 'SignedData' }, 'signed_data'],
    [{ value: 'OCMF|\u0000', format: 'SignedData' }, 'signed_data'],
    [{ value: 'x'.repeat(16 * 1024 + 1), format: 'SignedData' }, 'signed_data'],
    [{ value: '\u20ac'.repeat(6 * 1024), format: 'SignedData' }, 'signed_data'],
    [{ value: '1', measurand: 'x'.repeat(51) }, 'invalid_name'],
    [{ value: '1', phase: 'L1\u0000' }, 'invalid_name'],
    [{ value: '1', unit: 5 }, 'invalid_name'],
    [{ value: '1', context: ['Sample.Clock'] }, 'invalid_name'],
    [{ value: '1', location: '\ud800' }, 'invalid_name'],
  ])('rejects a sampledValue such as %.60j', (value, reason) => {
    expect(reasons(sampled(value))).toEqual([[reason, '/meterValue/0/sampledValue/0']]);
    expect(flatten(sampled(value)).rejects[0]?.detail.length).toBeLessThanOrEqual(500);
  });

  it('accepts what lies exactly on the limits', () => {
    const at = (timestamp: string) =>
      flatten({ meterValue: [{ timestamp, sampledValue: [{ value: '1' }] }] });
    expect(at('2026-03-02T12:00:00Z').readings).toHaveLength(1);
    expect(at('2010-01-01T00:00:00Z').readings).toHaveLength(1);
    expect(flatten(sampled({ value: '1e15' }, { value: '-1e15' })).readings).toHaveLength(2);
  });

  it('flags what it had to assume', () => {
    const quality = (value: unknown, timestamp: string) =>
      flatten({ meterValue: [{ timestamp, sampledValue: [{ value }] }] }).readings[0]?.quality;
    expect(quality('1', TIME)).toBe(0);
    expect(quality(1, TIME)).toBe(Quality.NUMBER_FOR_STRING);
    expect(quality('1', '2026-03-01T11:59:00')).toBe(Quality.ASSUMED_UTC);
    expect(quality(1, '2026-03-01T11:59:00')).toBe(Quality.ASSUMED_UTC | Quality.NUMBER_FOR_STRING);
  });

  it('reads a JSON number as the text that spells it', () => {
    expect(
      flatten(sampled({ value: 1.005, unit: 'kWh' }, { value: 1e-7 }, { value: -0 })).readings,
    ).toMatchObject([{ value: 1005 }, { value: 1e-7 }, { value: 0 }]);
  });

  it('is not misled by keys that objects inherit', () => {
    const payload: unknown = JSON.parse(
      `{"__proto__":{"connectorId":9},"meterValue":[{"timestamp":"${TIME}","sampledValue":[{"value":"1","__proto__":{"unit":"kWh"}}]}]}`,
    );
    expect(flatten(payload).readings).toMatchObject([{ connectorId: 0, unit: 'Wh', value: 1 }]);
  });

  it.each([
    ['', 'invalid_json'],
    ['text', 'invalid_json'],
    ['{"connectorId":1,"meterValue":[{"timest', 'invalid_json'],
    [`{"a":"\u0000"}`, 'invalid_json'],
    ['"text"', 'not_meter_values'],
    ['[]', 'not_meter_values'],
    [JSON.stringify(sampled({ value: '1' })), 'not_meter_values'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'not_meter_values'],
    ['['.repeat(100_000), 'invalid_json'],
  ])('keeps a payload that is the text %.60j as it is', (payload, reason) => {
    const raw = payload;
    expect(flatten(payload)).toMatchObject({
      readings: [],
      rejects: [{ reason, path: '', raw, rawKind: 'meterValues' }],
    });
  });

  it('makes of each bad part a request that is judged like the part, with what its message said of it', () => {
    const heads = [{}, { connectorId: null, transactionId: '' }, { connectorId: '3', transactionId: 'é"' }];
    const bad = [{ value: 'x' }, null, 7, { value: '1', unit: 5 }, {}];
    for (const head of heads) {
      const { rejects } = flatten({
        ...head,
        meterValue: [null, { timestamp: 'x', sampledValue: bad }, { timestamp: TIME, sampledValue: bad }],
      });
      expect(rejects).toHaveLength(7);
      for (const { reason, detail, raw } of rejects) {
        const payload = JSON.parse(raw) as { meterValue: unknown[] };
        expect(payload).toMatchObject(head);
        expect(payload.meterValue).toHaveLength(1);
        expect(flatten(payload)).toMatchObject({ readings: [], rejects: [{ reason, detail, raw }] });
      }
    }
  });

  it('keeps no more of a thousand bad parts than was sent of them, and a little for each', () => {
    const meterValue = [
      { timestamp: TIME, sampledValue: Array.from({ length: 500 }, () => ({ value: 'x'.repeat(200) })) },
      ...Array.from({ length: 1_000 }, () => ({
        timestamp: 'x'.repeat(200),
        sampledValue: [{ value: '1' }],
      })),
    ];
    const payload = { connectorId: 1, ignored: 'x'.repeat(100_000), meterValue };
    const kept = flatten(payload).rejects.reduce((sum, { raw }) => sum + raw.length, 0);
    expect(kept).toBeLessThan(JSON.stringify(meterValue).length + 1_001 * 200);
  });

  it('collapses the rejects beyond a thousand into one that keeps the rest', () => {
    const bad = (value: string) => ({
      timestamp: TIME,
      sampledValue: [{ value }, { value: '1' }, { value }],
    });
    const payload = {
      connectorId: 1,
      meterValue: [...Array.from({ length: 750 }, () => bad('x')), { timestamp: 'y', sampledValue: [1] }],
    };
    const { readings, rejects } = flatten(payload);
    expect(readings).toHaveLength(750);
    expect(rejects).toHaveLength(MAX_REJECTS_PER_MESSAGE + 1);
    expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
    const last = rejects.at(-1);
    expect(last).toMatchObject({ reason: 'invalid_value', path: '' });
    expect(last?.detail).toBe(
      '501 more parts are bad, the first at /meterValue/500/sampledValue/0: value is "x"',
    );
    const rest = JSON.parse(last?.raw ?? '') as { meterValue: unknown[] };
    expect(rest.meterValue).toHaveLength(251);
    expect(rest.meterValue[0]).toEqual({ timestamp: TIME, sampledValue: [{ value: 'x' }, { value: 'x' }] });
    expect(flatten(rest).rejects).toHaveLength(501);
  });

  it('collapses them within one meterValue as well', () => {
    const payload = sampled(...Array.from({ length: 1_500 }, () => ({ value: 'x' })), { value: '1' });
    const { readings, rejects } = flatten(payload);
    expect(readings).toHaveLength(1);
    expect(rejects).toHaveLength(MAX_REJECTS_PER_MESSAGE + 1);
    expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
    const raw = JSON.stringify(sampled(...Array.from({ length: 500 }, () => ({ value: 'x' }))));
    expect(rejects.at(-1)).toMatchObject({ reason: 'invalid_value', path: '', raw });
    expect(rejects.at(-1)?.detail).toContain('500 more parts');
  });

  it('survives a value nested beyond the serialiser', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(reasons(sampled({ value: deep }))).toEqual([['invalid_value', '/meterValue/0/sampledValue/0']]);
  });

  it('never throws, always says something, and makes only readings that can be stored', () => {
    const field = fc.oneof(anyText, fc.jsonValue(), fc.constantFrom('1', TIME, 'kWh', 'SignedData'));
    const value = fc.dictionary(
      fc.constantFrom('value', 'unit', 'measurand', 'context', 'phase', 'location', 'format', '__proto__'),
      field,
    );
    const meterValue = fc.record({
      timestamp: fc.oneof(fc.constant(TIME), field),
      sampledValue: fc.oneof(fc.array(fc.oneof(value, field)), field),
    });
    const message = fc.record({
      connectorId: fc.oneof(fc.constant(1), field),
      transactionId: fc.oneof(fc.constant(1), field),
      meterValue: fc.oneof(fc.array(fc.oneof(meterValue, field)), field),
    });
    fc.assert(
      fc.property(fc.oneof(message, fc.jsonValue()), (payload) => {
        const { readings, rejects } = flatten(payload);
        expect(readings.length + rejects.length).toBeGreaterThan(0);
        for (const reading of readings) {
          expect(Math.abs(reading.value)).toBeLessThanOrEqual(1e15);
          expect(Object.is(reading.value, -0)).toBe(false);
          expect(Number.isSafeInteger(reading.timestampMs)).toBe(true);
          expect(JSON.stringify(reading)).not.toContain('\\u0000');
        }
        for (const { reason, detail } of rejects) {
          expect(REJECT_REASONS).toHaveProperty(reason);
          expect(detail).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
