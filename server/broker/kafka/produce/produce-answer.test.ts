import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeProduceAnswer } from './produce-answer.js';
import { produceAnswer } from './produce-answer-bytes.js';

describe('the answer to a produce request', () => {
  it('is good when no partition has a fault', () => {
    expect(decodeProduceAnswer(produceAnswer(7, [0, 0, 0]))).toEqual({ correlationId: 7, error: undefined });
  });

  it('names the first fault as Kafka does, and whether it passes', () => {
    expect(decodeProduceAnswer(produceAnswer(1, [0, 6, 10])).error).toMatchObject({
      ...{
        message: 'partition 1: NOT_LEADER_FOR_PARTITION',
        type: 'NOT_LEADER_FOR_PARTITION',
        retriable: true,
      },
    });
    expect(decodeProduceAnswer(produceAnswer(1, [10])).error).toMatchObject({
      ...{ type: 'MESSAGE_TOO_LARGE', retriable: false },
    });
    expect(decodeProduceAnswer(produceAnswer(1, [999])).error).toMatchObject({
      ...{ type: 'ERROR_999', retriable: false },
    });
  });

  it('throws a RangeError when it is cut off anywhere', () => {
    const whole = produceAnswer(1, [0, 3]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(() => decodeProduceAnswer(whole.subarray(0, length))).toThrow(RangeError);
      }),
    );
  });
});
