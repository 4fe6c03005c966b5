import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { flattenStartTransaction } from './flatten-start-transaction.js';
import { readingSchema, sessionSchema } from './judged-schema.js';
import { Quality } from './reading.js';
import { REJECT_REASONS } from './reject.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') };
const TIME = '2026-03-01T11:59:00Z';
const START = { connectorId: 2, idTag: 'tag', meterStart: 1250, timestamp: TIME };

const flatten = (payload: unknown) =>
  flattenStartTransaction({ chargePointId: 'CP-1', payload, receivedAt: AT, transactionId: 77 }, LIMITS);
const rejected = (payload: unknown) => flatten(payload).rejects.map(({ reason, path }) => [reason, path]);

describe('flattening a StartTransaction', () => {
  it('makes the session begin, and a reading of meterStart in a context of its own', () => {
    expect(flatten({ ...START, reservationId: 4 })).toEqual({
      readings: [
        {
          ...{ chargePointId: 'CP-1', evseId: 0, connectorId: 2, phase: '', location: 'Outlet', unit: 'Wh' },
          ...{ measurand: 'Energy.Active.Import.Register', context: 'MeterStart', value: 1250 },
          ...{ timestampMs: Date.parse(TIME), transactionId: '77', quality: 0 },
        },
      ],
      rejects: [],
      session: {
        ...{ kind: 'start', transactionId: '77', evseId: 0, connectorId: 2, idTag: 'tag' },
        ...{ startedAtMs: Date.parse(TIME), meterStartWh: 1250 },
      },
    });
  });

  it('flags a time without a zone', () => {
    const { readings, session } = flatten({ ...START, timestamp: '2026-03-01T11:59:00' });
    expect(readings).toMatchObject([{ quality: Quality.ASSUMED_UTC, timestampMs: Date.parse(TIME) }]);
    expect(session).toMatchObject({ startedAtMs: Date.parse(TIME) });
  });

  it.each([
    [0, 0],
    [-0, 0],
    ['1250', 1250],
    ['0012', 12],
    ['12.0', 12],
    [1e15, 1e15],
  ])('reads meterStart %j as a whole number of Wh', (meterStart, wh) => {
    const { readings, rejects, session } = flatten({ ...START, meterStart });
    expect(rejects).toEqual([]);
    expect(readings[0]?.value).toBe(wh);
    expect(session).toMatchObject({ meterStartWh: wh });
  });

  it.each([
    [12.5, 'invalid_value'],
    ['12.5', 'invalid_value'],
    ['abc', 'invalid_value'],
    ['9'.repeat(1_000), 'invalid_value'],
    [{ valueOf: 1, toString: 1 }, 'invalid_value'],
    [[1], 'invalid_value'],
    [true, 'invalid_value'],
    [-1, 'value_out_of_range'],
    [1e15 + 1, 'value_out_of_range'],
    [1e300, 'value_out_of_range'],
    [Infinity, 'value_out_of_range'],
    ['1e999', 'value_out_of_range'],
    [null, 'missing_value'],
    ['', 'missing_value'],
    [undefined, 'missing_value'],
  ])('keeps the session when meterStart is %.40j, without its meter reading', (meterStart, reason) => {
    const payload = { ...START, meterStart };
    const { readings, rejects, session } = flatten(payload);
    expect(readings).toEqual([]);
    expect(rejects).toMatchObject([
      { reason, path: '/meterStart', raw: JSON.stringify(payload), rawKind: 'startTransaction' },
    ]);
    expect(session).toMatchObject({ meterStartWh: null, startedAtMs: Date.parse(TIME) });
  });

  it.each([
    ['yesterday', 'invalid_timestamp'],
    ['', 'missing_timestamp'],
    [null, 'missing_timestamp'],
    [1_772_366_340_000, 'invalid_timestamp'],
    ['1970-01-01T00:00:00Z', 'timestamp_out_of_range'],
    ['2100-01-01T00:00:00Z', 'timestamp_out_of_range'],
  ])('keeps the session when the timestamp is %j, without a time', (timestamp, reason) => {
    const payload = { ...START, timestamp };
    const { readings, rejects, session } = flatten(payload);
    expect(readings).toEqual([]);
    expect(rejects).toMatchObject([{ reason, path: '/timestamp', raw: JSON.stringify(payload) }]);
    expect(session).toMatchObject({ startedAtMs: null, meterStartWh: 1250 });
  });

  it('names each field that is bad', () => {
    expect(rejected({ connectorId: 1, idTag: 'a\u0000', meterStart: -1, timestamp: 'x' })).toEqual([
      ['invalid_timestamp', '/timestamp'],
      ['value_out_of_range', '/meterStart'],
      ['invalid_name', '/idTag'],
    ]);
  });

  it.each([
    ['a\u0000b', 'a\ufffdb'],
    ['x'.repeat(51), 'x'.repeat(50)],
    [7, ''],
  ])('keeps what can be kept of the idTag %.20j', (idTag, text) => {
    const { readings, session } = flatten({ ...START, idTag });
    expect(readings).toHaveLength(1);
    expect(session).toMatchObject({ idTag: text });
  });

  it.each([-1, 1.5, 2 ** 31, 'one', true])('rejects connectorId %j whole', (connectorId) => {
    expect(flatten({ ...START, connectorId })).toMatchObject({ readings: [], session: null });
    expect(rejected({ ...START, connectorId })).toEqual([['invalid_connector', '/connectorId']]);
  });

  it.each([null, undefined, 'text', 7, []])('rejects a payload such as %j whole', (payload) => {
    expect(flatten(payload)).toMatchObject({ readings: [], session: null });
    expect(rejected(payload)).toEqual([['invalid_session', '']]);
  });

  it('never throws, always says something, and says nothing that can not be stored', () => {
    const field = fc.oneof(anyText, fc.jsonValue(), fc.constantFrom(1, '1', TIME, -0, 1e300));
    const payload = fc.record(
      { connectorId: field, idTag: field, meterStart: field, timestamp: field, reservationId: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(payload, fc.jsonValue()), (sent) => {
        const { readings, rejects, session } = flatten(sent);
        expect(readings.length + rejects.length).toBeGreaterThan(0);
        for (const reading of readings) expect(readingSchema.safeParse(reading).error).toBeUndefined();
        if (session !== null) expect(sessionSchema.safeParse(session).error).toBeUndefined();
        expect(new Set(rejects.map(({ path }) => path)).size).toBe(rejects.length);
        for (const { reason, detail } of rejects) {
          expect(REJECT_REASONS).toHaveProperty(reason);
          expect(detail).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
