import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../../tests/harness/any-text.js';
import { encodeEnvelope, type Envelope } from '../../protocol/envelope.js';
import { judgeRecord } from './judge-record.js';

const AT = Date.parse('2026-03-01T12:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.parse('2010-01-01T00:00:00Z') };
const HEAD = { v: 1, chargePointId: 'CP-1', protocol: 'json', messageId: 'm1', receivedAt: AT } as const;

const judge = (value: string | Uint8Array | null) =>
  judgeRecord(
    3,
    { offset: 7, key: 'CP-1', value: typeof value === 'string' ? Buffer.from(value) : value },
    LIMITS,
  );
const judgeEnvelope = (envelope: Envelope | object) => judge(encodeEnvelope(envelope as Envelope));

describe('judging a record of the log', () => {
  it('flattens meter values with the origin of the record', () => {
    const payload = {
      connectorId: 2,
      meterValue: [{ timestamp: '2026-03-01T11:00:00Z', sampledValue: [{ value: '5' }, { value: 'x' }] }],
    };
    const message = judgeEnvelope({ ...HEAD, kind: 'meterValues', payload });
    expect(message).toMatchObject({ partition: 3, offset: 7, ...{ chargePointId: 'CP-1', messageId: 'm1' } });
    expect(message.readings).toMatchObject([{ value: 5, connectorId: 2 }]);
    expect(message.rejects).toMatchObject([
      { reason: 'invalid_value', path: '/meterValue/0/sampledValue/1' },
    ]);
  });

  it('tells of a session that starts, with the id that was answered and the reading of its meter', () => {
    const payload = { connectorId: 2, idTag: 'tag', meterStart: 5, timestamp: '2026-03-01T11:00:00Z' };
    const message = judgeEnvelope({ ...HEAD, kind: 'startTransaction', transactionId: 77, payload });
    expect(message.session).toMatchObject({
      kind: 'start',
      transactionId: '77',
      connectorId: 2,
      meterStartWh: 5,
    });
    expect(message.readings).toMatchObject([{ context: 'MeterStart', value: 5, transactionId: '77' }]);
    expect(message.rejects).toEqual([]);
  });

  it('tells of a session that stops, with its readings and rejects', () => {
    const transactionData = [{ timestamp: '2026-03-01T11:00:00Z', sampledValue: [{ value: 'x' }] }];
    const payload = { transactionId: 77, meterStop: 9, timestamp: '2026-03-01T11:00:00Z', transactionData };
    const message = judgeEnvelope({ ...HEAD, kind: 'stopTransaction', payload });
    expect(message.session).toMatchObject({ kind: 'stop', transactionId: '77', meterStopWh: 9 });
    expect(message.readings).toMatchObject([{ context: 'MeterStop', connectorId: -1 }]);
    expect(message.rejects).toMatchObject([{ path: '/transactionData/0/sampledValue/0' }]);
  });

  it('passes on what was judged before, and which part it was sent again from', () => {
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
    const message = judgeEnvelope({ ...HEAD, kind: 'judged', readings, session: null, redriveOf: 12 });
    expect(message).toMatchObject({
      readings,
      rejects: [],
      session: null,
      redriveOf: 12,
      chargePointId: 'CP-1',
    });
    const forged = judgeEnvelope({ ...HEAD, chargePointId: 'CP-2', kind: 'judged', readings, session: null });
    expect(forged).toMatchObject({ readings: [], chargePointId: null, redriveOf: null });
    expect(forged.rejects).toMatchObject([{ reason: 'invalid_envelope', rawKind: 'record' }]);
  });

  it('keeps an unreadable frame under its charge point, with texts that the database can hold', () => {
    const message = judgeEnvelope({
      ...{ ...HEAD, messageId: 'a\u0000b', kind: 'unreadable', reason: 'invalid_json' },
      ...{ detail: 'not\u0000JSON', raw: '{\u0000' },
    });
    expect(message).toMatchObject({ chargePointId: 'CP-1', messageId: 'a\ufffdb', readings: [] });
    expect(message.rejects).toEqual([
      { reason: 'invalid_json', path: '', detail: 'not\ufffdJSON', raw: '{\u0000', rawKind: 'frame' },
    ]);
  });

  it.each([
    ['no value', null],
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['another version', JSON.stringify({ ...HEAD, v: 2, kind: 'meterValues' })],
    ['no envelope', '[]'],
    ['a NUL in the id', JSON.stringify({ ...HEAD, chargePointId: 'a\u0000', kind: 'meterValues' })],
    ['an arrival beyond any calendar', JSON.stringify({ ...HEAD, receivedAt: 9e15, kind: 'meterValues' })],
  ])('makes a record with %s a reject of its own', (_what, value) => {
    const message = judge(value);
    expect(message).toMatchObject({ chargePointId: null, receivedAt: null, readings: [] });
    expect(message.rejects).toMatchObject([{ reason: 'invalid_envelope', path: '', raw: value ?? '' }]);
  });

  it('refuses a nesting that would overflow the stack later on', () => {
    const raw = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(judge(raw).rejects).toMatchObject([{ reason: 'nested_too_deep', raw }]);
  });

  it('keeps bytes that are not UTF-8 as base64, so that none is lost', () => {
    expect(judge(Uint8Array.of(0xff, 0xfe)).rejects).toMatchObject([
      { reason: 'invalid_envelope', raw: '//4=' },
    ]);
  });

  it('never throws, and says something of every record', () => {
    const kind = fc.constantFrom(
      { kind: 'meterValues' },
      { kind: 'startTransaction', transactionId: 1 },
      { kind: 'stopTransaction' },
      { kind: 'transactionEvent', protocol: 'ocpp2.0.1' },
      { kind: 'meterValues', protocol: 'ocpp2.0.1' },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          anyText,
          fc.json(),
          fc
            .tuple(kind, fc.jsonValue())
            .map(([fields, payload]) => JSON.stringify({ ...HEAD, ...fields, payload })),
          fc
            .tuple(fc.jsonValue(), fc.jsonValue())
            .map(([readings, session]) => JSON.stringify({ ...HEAD, kind: 'judged', readings, session })),
        ),
        (value) => {
          const { readings, rejects } = judge(value);
          return readings.length + rejects.length > 0;
        },
      ),
    );
  });
});
