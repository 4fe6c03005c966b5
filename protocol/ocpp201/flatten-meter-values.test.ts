import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../tests/harness/any-text.js';
import { MAX_REJECTS_PER_MESSAGE } from '../flattening.js';
import { Quality } from '../reading.js';
import { MAX_SIGNED_BYTES } from '../signed-value.js';
import { flattenMeterValues201 } from './flatten-meter-values.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const TIME = '2026-03-01T11:59:00Z';
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };

const flatten = (payload: unknown) =>
  flattenMeterValues201({ chargePointId: 'CP-1', payload, receivedAt: AT }, LIMITS);
const request = (...sampledValue: unknown[]) => ({
  evseId: 2,
  meterValue: [{ timestamp: TIME, sampledValue }],
});
const reasons = (payload: unknown) => flatten(payload).rejects.map(({ reason, path }) => [reason, path]);
const SIGNED = { signedMeterData: 'OCMF|{}|{}', signingMethod: '', encodingMethod: 'OCMF', publicKey: 'abc' };

describe('flattening MeterValues of OCPP 2.0.1', () => {
  it('makes readings of the EVSE as a whole, with the defaults of the specification', () => {
    expect(flatten(request({ value: 1250.5 }))).toEqual({
      readings: [
        {
          ...{ chargePointId: 'CP-1', evseId: 2, connectorId: 0, measurand: 'Energy.Active.Import.Register' },
          ...{ phase: '', location: 'Outlet', unit: 'Wh', context: 'Sample.Periodic' },
          ...{ timestampMs: Date.parse(TIME), value: 1250.5, transactionId: null, quality: 0 },
        },
      ],
      rejects: [],
    });
  });

  it.each([
    [{ value: 1.005, unitOfMeasure: { unit: 'kWh' } }, 1005, 'Wh'],
    [{ value: 1.005, unitOfMeasure: { multiplier: 3 } }, 1005, 'Wh'],
    [{ value: 1.005, unitOfMeasure: { unit: 'kWh', multiplier: -3 } }, 1.005, 'Wh'],
    [{ value: 1.005, unitOfMeasure: { unit: 'Wh', multiplier: '3' } }, 1005, 'Wh'],
    [{ value: 1.1e-7, unitOfMeasure: { multiplier: 7 } }, 1.1, 'Wh'],
    [{ value: 5, measurand: 'Power.Active.Import', unitOfMeasure: { multiplier: 3 } }, 5000, 'W'],
    [{ value: 29815, measurand: 'Temperature', unitOfMeasure: { unit: 'K', multiplier: -2 } }, 25, 'Celsius'],
    [{ value: 5, unitOfMeasure: null }, 5, 'Wh'],
    [{ value: 5, unitOfMeasure: { unit: '', multiplier: null } }, 5, 'Wh'],
    [{ value: 5, unitOfMeasure: 'kWh' }, 5000, 'Wh'],
    [{ value: 3, measurand: 'Frequency' }, 3, 'Hz'],
    [{ value: -0, unitOfMeasure: { multiplier: 3 } }, 0, 'Wh'],
    [{ value: 1e9, unitOfMeasure: { unit: 'frob', multiplier: 2 } }, 1e11, 'frob'],
  ])('reads %j as %d %s', (sampled, value, unit) => {
    const { readings, rejects } = flatten(request(sampled));
    expect(rejects).toEqual([]);
    expect(readings).toMatchObject([{ value, unit }]);
  });

  it('forgives a text for a number, and says so', () => {
    const { readings } = flatten(request({ value: '12.50' }, { value: 12.5, measurand: 'SoC' }));
    expect(readings).toMatchObject([
      { value: 12.5, quality: Quality.STRING_FOR_NUMBER },
      { value: 12.5, quality: 0 },
    ]);
  });

  it.each<[object | null | number, string]>([
    [null, 'missing_value'],
    [7, 'missing_value'],
    [{}, 'missing_value'],
    [{ value: '' }, 'missing_value'],
    [{ value: 'x' }, 'invalid_value'],
    [{ value: {} }, 'invalid_value'],
    [{ value: true }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: 1.5 } }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: 31 } }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: -1e300 } }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: '1e3' } }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: {} } }, 'invalid_value'],
    [{ value: 1, unitOfMeasure: { multiplier: 30 } }, 'value_out_of_range'],
    [{ value: JSON.parse('1e999') as number }, 'value_out_of_range'],
    [{ value: 1, unitOfMeasure: { unit: 'x'.repeat(51) } }, 'invalid_name'],
    [{ value: 1, unitOfMeasure: 5 }, 'invalid_name'],
    [{ value: 1, phase: '\0' }, 'invalid_name'],
  ])('rejects the sampledValue %j as %s, and keeps its neighbour', (sampled, reason) => {
    const payload = request(sampled, { value: 1 });
    expect(reasons(payload)).toEqual([[reason, '/meterValue/0/sampledValue/0']]);
    expect(flatten(payload).readings).toHaveLength(1);
  });

  it.each([
    [undefined, 'not_meter_values'],
    ['[', 'invalid_json'],
    [[], 'not_meter_values'],
    [{ evseId: -1, meterValue: [] }, 'invalid_connector'],
    [{ evseId: 1.5, meterValue: [] }, 'invalid_connector'],
    [{ evseId: 1 }, 'missing_meter_value'],
    [{ evseId: 1, meterValue: {} }, 'missing_meter_value'],
  ])('rejects %j as a whole as %s', (payload, reason) => {
    expect(reasons(payload)).toEqual([[reason, '']]);
  });

  it('keeps what is signed beside the value', () => {
    const { readings, signedValues } = flatten(
      request({ value: 5, context: 'Trigger', signedMeterValue: SIGNED }),
    );
    expect(readings).toMatchObject([{ value: 5 }]);
    expect(signedValues).toEqual([
      {
        ...{ chargePointId: 'CP-1', evseId: 2, connectorId: 0, measurand: 'Energy.Active.Import.Register' },
        ...{
          phase: '',
          location: 'Outlet',
          context: 'Trigger',
          timestampMs: Date.parse(TIME),
          transactionId: null,
        },
        ...{ encoding: 'OCMF', signingMethod: '', publicKey: 'abc', data: 'OCMF|{}|{}' },
      },
    ]);
  });

  it.each([
    ['text', 7],
    ['data', { ...SIGNED, signedMeterData: '' }],
    ['text in its data', { ...SIGNED, signedMeterData: 7 }],
    ['well-formed text', { ...SIGNED, signedMeterData: '\ud800' }],
    ['end', { ...SIGNED, signedMeterData: 'x'.repeat(MAX_SIGNED_BYTES + 1) }],
    ['end in bytes', { ...SIGNED, signedMeterData: '\u20ac'.repeat(6_000) }],
    ['key of a fit length', { ...SIGNED, publicKey: 'x'.repeat(MAX_SIGNED_BYTES + 1) }],
    ['name as its method', { ...SIGNED, signingMethod: {} }],
    ['name as its encoding', { ...SIGNED, encodingMethod: 'x'.repeat(51) }],
  ])(
    'stores the value beside a signed one without %s, which is rejected by itself',
    (_, signedMeterValue) => {
      const payload = request({ value: 5, signedMeterValue });
      const { readings, signedValues } = flatten(payload);
      expect(readings).toHaveLength(1);
      expect(signedValues).toBeUndefined();
      expect(reasons(payload)).toEqual([['signed_data', '/meterValue/0/sampledValue/0/signedMeterValue']]);
    },
  );

  it('keeps a signed value where the plain one is missing, which is rejected', () => {
    const payload = request({ signedMeterValue: { ...SIGNED, signedMeterData: 'a\r\nb' } });
    expect(flatten(payload).signedValues).toMatchObject([{ data: 'a\r\nb' }]);
    expect(reasons(payload)).toEqual([['missing_value', '/meterValue/0/sampledValue/0']]);
  });

  it('bounds its rejects, whose parts together are all that was bad', () => {
    const bad = Array.from({ length: MAX_REJECTS_PER_MESSAGE + 50 }, (_, index) => ({
      value: `bad ${index}`,
    }));
    const { rejects } = flatten(request(...bad));
    expect(rejects).toHaveLength(MAX_REJECTS_PER_MESSAGE + 1);
    const parts = rejects.flatMap(({ raw }) => {
      const { meterValue } = JSON.parse(raw) as ReturnType<typeof request>;
      return meterValue.flatMap(({ sampledValue }) => sampledValue);
    });
    expect(parts).toEqual(bad);
  });

  it('of any payload gives distinct rejects, each of which is rejected alike when it is sent by itself', () => {
    const sampled = fc.record(
      {
        value: fc.oneof(fc.double(), anyText, fc.constantFrom(null, '1.5', {}, true)),
        measurand: anyText,
        unitOfMeasure: fc.oneof(
          fc.jsonValue(),
          fc.record({
            unit: fc.constantFrom('kWh', 'K', ''),
            multiplier: fc.oneof(fc.integer(), fc.constantFrom(2, '1')),
          }),
        ),
        signedMeterValue: fc.oneof(
          fc.jsonValue(),
          fc.record({ signedMeterData: anyText, publicKey: anyText }),
        ),
      },
      { requiredKeys: [] },
    );
    const payload = fc.oneof(
      fc.jsonValue(),
      fc.record({
        evseId: fc.oneof(fc.nat(3), fc.jsonValue()),
        meterValue: fc.array(
          fc.record({ timestamp: fc.constantFrom(TIME, 'x'), sampledValue: fc.array(sampled) }),
        ),
      }),
    );
    fc.assert(
      fc.property(payload, (sent) => {
        const { rejects } = flatten(JSON.parse(JSON.stringify(sent)) as unknown);
        expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
        for (const { raw, reason, path } of rejects) {
          if (path === '') continue;
          expect(flatten(JSON.parse(raw)).rejects.map((again) => again.reason)).toContain(reason);
        }
      }),
    );
  });
});
