import { describe, expect, it } from 'vitest';
import { MASK, TEXT } from '../wire.js';
import { answeredNumber, numberOf, uniqueReading } from './unique-readings.js';

interface Call {
  readonly id: string;
  readonly at: number;
  readonly value: number;
}

function read(frame: Buffer): Call {
  expect((frame[0] ?? 0) & 0xf).toBe(TEXT);
  const payload = frame.subarray(8).map((byte, index) => byte ^ (MASK[index & 3] ?? 0));
  const [, id, , { meterValue }] = JSON.parse(Buffer.from(payload).toString()) as [
    2,
    string,
    'MeterValues',
    { meterValue: [{ timestamp: string; sampledValue: [{ value: string }] }] },
  ];
  const [{ timestamp, sampledValue }] = meterValue;
  return { id, at: Date.parse(timestamp), value: Number(sampledValue[0].value) };
}

describe('a unique reading', () => {
  const at = Date.parse('2026-11-27T12:34:56.789Z');

  it.each([0, 1, 999, 1_000, 42_000_042, 99_999_999])('carries its number %i and its time', (number) => {
    const { id, value, ...call } = read(uniqueReading(number, at));

    expect(Number(id)).toBe(number);
    expect(numberOf(value)).toBe(number);
    expect(call.at).toBe(at);
  });

  it('is known by its answer, and an answer to something else is not', () => {
    expect(answeredNumber(Buffer.from('[3,"00000042",{}]'))).toBe(42);
    expect(answeredNumber(Buffer.from('[4,"00000007","InternalError","",{}]'))).toBe(7);
    expect(answeredNumber(Buffer.from('[3,"boot",{}]'))).toBeNaN();
    expect(answeredNumber(Buffer.from('[]'))).toBeNaN();
  });
});
