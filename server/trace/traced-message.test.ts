import { describe, expect, it } from 'vitest';
import { judgeRecord } from '../worker/judge-record.js';
import { timestampsIn, tracedMessage } from './traced-message.js';

const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.UTC(2010, 0) };
const T = Date.UTC(2026, 2, 10, 6);
const HOUR = 3_600_000;
const SPAN = { fromMs: T, toMs: T + 1_000 };
const ANY = { span: SPAN, messageId: null };

const judged = (payload: unknown, receivedAt = T + 5 * HOUR) =>
  judgeRecord(
    0,
    {
      offset: 7,
      key: 'CP-1',
      value: Buffer.from(
        JSON.stringify({
          ...{ v: 1, kind: 'meterValues', chargePointId: 'CP-1', protocol: 'json', messageId: 'm1' },
          ...{ receivedAt, payload },
        }),
      ),
    },
    LIMITS,
  );
const value = (ms: number, text = '7') => ({
  timestamp: new Date(ms).toISOString(),
  sampledValue: [{ value: text }],
});

describe('what a trace takes of a message', () => {
  it('is its readings of that time, with how many others it has', () => {
    const message = judged({ connectorId: 1, meterValue: [value(T), value(T + HOUR)] });
    expect(tracedMessage(message, T, ANY)).toMatchObject({
      offset: 7,
      messageId: 'm1',
      readings: [{ timestampMs: T }],
      otherReadings: 1,
      rejects: [],
    });
  });

  it('is its parts of that time that could not become readings', () => {
    const message = judged({ connectorId: 1, meterValue: [value(T, 'x'), value(T + HOUR, 'y')] });
    expect(tracedMessage(message, T, ANY)?.rejects).toMatchObject([
      { reason: 'invalid_value', path: '/meterValue/0/sampledValue/0' },
    ]);
  });

  it('is all of it where it arrived then, or is asked for by its id', () => {
    const payload = { connectorId: 1, meterValue: [value(T + HOUR)] };
    expect(tracedMessage(judged(payload), T, ANY)).toBeUndefined();
    expect(tracedMessage(judged(payload, T + 10), T, ANY)?.readings.length).toBe(1);
    expect(tracedMessage(judged(payload), T, { span: SPAN, messageId: 'm1' })?.readings.length).toBe(1);
    expect(tracedMessage(judged(payload, T + 10), T, { span: SPAN, messageId: 'm2' })).toBeUndefined();
  });

  it('is a record that nobody can read by when the log took it', () => {
    const poison = judgeRecord(0, { offset: 1, key: 'CP-1', value: Buffer.from([0, 255]) }, LIMITS);
    expect(tracedMessage(poison, T, ANY)?.rejects).toMatchObject([{ reason: 'invalid_envelope' }]);
    expect(tracedMessage(poison, T + HOUR, ANY)).toBeUndefined();
  });
});

describe('times in a text', () => {
  it.each<[string, string, readonly number[]]>([
    ['one', '{"timestamp":"2026-03-10T06:00:00Z"}', [T]],
    [
      'several, however they are spaced',
      '[{"timestamp" : "2026-03-10T06:00:00Z"},{"timestamp":"2026-03-10T07:00:00Z"}]',
      [T, T + HOUR],
    ],
    ['what is no time', '{"timestamp":"yesterday"} {"timestamp":7} {"timestamp":"\\u0000"}', []],
    ['a hundred thousand that never end', '"timestamp":"'.repeat(100_000), []],
    ['nothing', '', []],
  ])('are found: %s', (_, raw, times) => {
    expect(timestampsIn(raw)).toEqual(times);
  });
});
