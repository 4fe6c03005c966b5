import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRows } from '../../Files/sample-rows.js';
import type { ChargerProtocol, Handled } from '../charger-protocol.js';
import { decodeEnvelope } from '../envelope.js';
import { handleAny, jsonIngestProtocol } from '../json-ingest.js';
import { ocppProtocol } from '../ocpp/ocpp-protocol.js';
import { encodeSent } from '../sent-envelope.js';
import { OCPP_16, ocpp16Protocol } from './ocpp16-protocol.js';

const AT = Date.parse('2026-03-10T12:00:00Z');
const limits = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2015-01-01T00:00:00Z') };
const context = { chargePointId: 'CP-1', receivedAt: AT, heartbeatIntervalS: 300 };
const { name, schemas, served, calls } = OCPP_16;
const fast: Pick<ChargerProtocol, 'handle'> = ocpp16Protocol({ limits });
const slow: Pick<ChargerProtocol, 'handle'> = ocppProtocol({ name, schemas, served, calls }, { limits });
const fastIngest: Pick<ChargerProtocol, 'handle'> = jsonIngestProtocol({ limits });
const slowIngest: Pick<ChargerProtocol, 'handle'> = {
  handle: (text, of) => handleAny(text, of, limits, 10_000),
};

/** All that anybody learns of a frame. */
function told(handled: Handled): unknown {
  const { envelopes, verdicts, leniencies = [], boot, reply } = handled;
  return {
    ...{ verdicts, leniencies, boot, reply },
    logged: envelopes.map((envelope) => decodeEnvelope(encodeSent(envelope))),
    durable: handled.answer(envelopes.map(() => ({ kind: 'durable' }))),
    unavailable: handled.answer(envelopes.map(() => ({ kind: 'unavailable', retryAfterMs: 7 }))),
  };
}

const wasShort = ({ envelopes }: Handled): boolean => envelopes[0]?.kind === 'meterValuesText';

/** `often` mostly, now and then something else. */
const mostly = <T>(often: fc.Arbitrary<T>, ...seldom: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 60, arbitrary: often }, ...seldom.map((arbitrary) => ({ weight: 1, arbitrary })));
const json = (value: unknown): string => JSON.stringify(value);
const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
/** JSON texts that are good or nearly so. */
const oddValue = fc.oneof(
  oneOf(
    'null',
    '""',
    '[]',
    '{}',
    '0',
    '-0',
    '-1',
    '01',
    '1.5',
    '1e2',
    '1e400',
    '9007199254740993',
    'true',
    '"\\u0041"',
  ),
  fc.jsonValue({ maxDepth: 1 }).map(json),
);
const value = mostly(
  fc
    .tuple(fc.integer({ min: -99_999, max: 999_999 }), fc.integer({ min: 0, max: 999 }))
    .map(([whole, fraction]) => `"${whole}.${fraction}"`),
  oneOf('"0"', '"-0"', '"-0.0"', '"007"', '"1."', '".5"', '"+1"', '" 1"', '"1e3"', '"NaN"', '"1,5"', '"-"'),
  oneOf('"999999999999"', '"999999999999.999999999999"', '"1000000000000"', '"1000000000001"', '12.5'),
  oddValue,
);
const timestamp = mostly(
  oneOf('"2026-03-10T11:59:00Z"', '"2026-03-10T11:59:00.123Z"', '"2026-03-10T12:59:00+01:00"'),
  oneOf('"2026-03-10T11:59:00"', '"2026-03-10 11:59:00Z"', '"2026-03-10t11:59:00z"', '"2026-03-10T11:59Z"'),
  oneOf('"2026-03-10T11:59:00+0100"', '"2026-03-10T11:59:00+01"', '"2026-03-10T11:59:00,5Z"', '"2026-03-10"'),
  oneOf(
    '"2026-03-10T11:59+01:00"',
    '"2026-02-29T11:59:00Z"',
    '"2024-02-29T11:59:60Z"',
    '"0000-01-01T00:00:00Z"',
  ),
  oneOf(
    '"2031-03-10T11:59:00Z"',
    '"2014-12-31T23:59:59Z"',
    '"2026-03-10T24:00:00Z"',
    '"2026-03-10T11:59:00.Z"',
  ),
  oneOf('"2026-03-10T11:59:00-24:00"', '"2026-03-10T11:59:00.1234567890123Z"', '"2026-03-10T11:59:00+01:60"'),
  oddValue,
);
const whole = (often: fc.Arbitrary<number>) =>
  mostly(often.map(String), oneOf('2147483648', '"1"', '1.0', '1E1'), oddValue);
const space = mostly(fc.constant(''), oneOf(' ', '\n\t ', '\u00a0', '\ufeff'));

/** A text of an object: of the good fields in any order, now and then one more, one twice, or one missing. */
function object(
  fields: Readonly<Record<string, fc.Arbitrary<string>>>,
  seldom = oddValue,
): fc.Arbitrary<string> {
  const names = Object.keys(fields);
  const field = (name: string) =>
    fc
      .tuple(space, (Object.hasOwn(fields, name) && fields[name]) || seldom, space)
      .map(([before, text, after]) => `"${name}"${after}:${before}${text}`);
  const order = fc.shuffledSubarray(names, { minLength: Math.max(names.length - 1, 1) });
  const chosen = mostly(
    mostly(fc.constant(names), order),
    fc
      .tuple(order, fc.constantFrom(...names, 'vendor', '__proto__', 'toString', 'connector\\u0049d'))
      .map(([some, more]) => [...some, more]),
  );
  return chosen
    .chain((some) => fc.tuple(...some.map(field)))
    .chain((texts) => space.map((between) => `{${between}${texts.join(`${between},`)}${between}}`));
}

const list = (element: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(element, { minLength: 1, maxLength }).map((elements) => `[${elements.join()}]`);
const named = (...names: readonly string[]) =>
  mostly(
    oneOf(...names.map(json)),
    oneOf('"Celcius"', '"celsius"', '"Vendor.Own"', '"Energie\\n"', '"é"'),
    oddValue,
  );
const sampledValue = object({
  value,
  unit: named('Wh', 'kWh', 'A', 'V', 'Celsius', 'K', 'Percent', 'kvar'),
  measurand: named('Energy.Active.Import.Register', 'Current.Import', 'Voltage', 'SoC', 'Temperature'),
  context: named('Sample.Periodic', 'Transaction.End', 'Trigger', 'Other'),
  phase: named('L1', 'L2-N', 'L3-L1', 'N'),
  location: named('Outlet', 'EV', 'Body'),
  format: mostly(fc.constant('"Raw"'), fc.constant('"SignedData"')),
});
const payload = object({
  connectorId: whole(fc.nat(20)),
  transactionId: whole(fc.nat(2_000_000_000)),
  meterValue: mostly(
    list(object({ timestamp, sampledValue: mostly(list(sampledValue, 3), oddValue) }), 3),
    oddValue,
  ),
});
const id = mostly(
  fc.uuid().map(json),
  oneOf('"x"', '""', '7', '"a\\"b"', '"é"', json('y'.repeat(36)), json('y'.repeat(37)), json('y'.repeat(65))),
);
/** A character in it is another, one is missing, or one more is there. */
const dented = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  mostly(
    text,
    fc
      .tuple(
        text,
        fc.nat(),
        fc.nat(2),
        oneOf('"', '{', '}', '[', ']', ',', ':', '\\', '0', ' ', '\u0000', '\ud800', '\u007f'),
      )
      .map(([whole, place, cut, more]) => {
        const at = place % (whole.length + 1);
        return whole.slice(0, at) + more + whole.slice(at + cut);
      }),
  );
const call = dented(
  fc
    .tuple(
      mostly(fc.constant('2'), oneOf('3', '4', '2.0')),
      id,
      mostly(fc.constant('MeterValues'), fc.constant('Heartbeat')),
      payload,
      space,
    )
    .map(
      ([type, messageId, action, sent, between]) =>
        `[${type},${messageId},"${action}",${between}${sent}${between}]${between}`,
    ),
);
const message = dented(
  object({
    id,
    chargePointId: mostly(fc.constant('"CP-7"'), oneOf('" "', '""', '"Säule"', json('z'.repeat(256)))),
    payload,
  }),
);
const RUNS = { numRuns: 2_000 };
const TIMEOUT_MS = 60_000;

describe('the short way of MeterValues', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['OCPP 1.6', call, fast, slow],
    ['/ingest', message, fastIngest, slowIngest],
  ])('says of whatever comes by %s what the long way says', (_name, frame, short, long) => {
    fc.assert(
      fc.property(frame, (text) => {
        expect(told(short.handle(text, context))).toEqual(told(long.handle(text, context)));
      }),
      RUNS,
    );
  });

  it.each([
    ['OCPP 1.6', call, fast],
    ['/ingest', message, fastIngest],
  ])('is taken by many of these frames of %s, and not by all', (_name, frame, short) => {
    const taken = fc.sample(frame, 500).filter((text) => wasShort(short.handle(text, context))).length;
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(450);
  });

  it('is taken by nearly all messages of the sample workbook, and changes none', () => {
    const rows = sampleRows().slice(0, 2_000);
    const handled = rows.map((row): [Handled, Handled] => [
      fast.handle(`[2,"m","MeterValues",${row.payload}]`, context),
      slow.handle(`[2,"m","MeterValues",${row.payload}]`, context),
    ]);
    for (const [short, long] of handled) expect(told(short)).toEqual(told(long));
    expect(handled.filter(([short]) => wasShort(short)).length).toBeGreaterThan(1_900);
  });

  it('is not taken by a frame of more than 64 Ki characters', () => {
    const sampled = Array.from({ length: 5_000 }, () => '{"value":"1"}').join();
    const text = `[2,"m","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T11:59:00Z","sampledValue":[${sampled}]}]}]`;
    expect(wasShort(fast.handle(text, context))).toBe(false);
    expect(told(fast.handle(text, context))).toEqual(told(slow.handle(text, context)));
  });
});
