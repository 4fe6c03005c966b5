import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { asUnavailable, isTooLarge, isTopicMissing, isTransient } from './kafka-errors.js';

const {
  KafkaJSConnectionError,
  KafkaJSError,

  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
} = kafkajs;
const RETRIED = { retryCount: 3, retryTime: 100 };

function protocolError(type: string, retriable: boolean): Error {
  return Object.assign(new KafkaJSError(type, { retriable }), { type });
}

describe('an error of kafkajs', () => {
  it('is waited out when what it wraps may pass', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (const error of [
      refused,
      new KafkaJSConnectionError('Connection error'),
      new KafkaJSNumberOfRetriesExceeded(refused, RETRIED),
      new KafkaJSNumberOfRetriesExceeded(protocolError('NOT_ENOUGH_REPLICAS', true), RETRIED),
      Object.assign(new KafkaJSError('Failed to find group coordinator', { retriable: false }), {
        name: 'KafkaJSGroupCoordinatorNotFound',
      }),
      // How kafkajs wraps a rebalance that others began while it joined.
      new KafkaJSError(protocolError('REBALANCE_IN_PROGRESS', false)),
    ]) {
      expect(isTransient(error), error.message).toBe(true);
    }
  });

  it('ends the consumer when it is a mistake, however it is wrapped', () => {
    const beyond = Object.assign(new RangeError('out of range'), { code: 'ERR_OUT_OF_RANGE' });
    for (const error of [
      new TypeError('x is undefined'),
      beyond,
      new Error('unknown'),
      new KafkaJSNonRetriableError(new TypeError('x is undefined')),
      new KafkaJSNumberOfRetriesExceeded(protocolError('GROUP_AUTHORIZATION_FAILED', false), RETRIED),
      'no error at all',
      undefined,
    ]) {
      expect(isTransient(error), String(error)).toBe(false);
    }
  });

  it('is known by the name that the broker gave it, through what wraps it', () => {
    const missing = protocolError('UNKNOWN_TOPIC_OR_PARTITION', true);
    expect(isTopicMissing(new KafkaJSNumberOfRetriesExceeded(missing, RETRIED))).toBe(true);
    expect(isTooLarge(new Error('outer', { cause: protocolError('RECORD_LIST_TOO_LARGE', false) }))).toBe(
      true,
    );
    expect(isTooLarge(missing)).toBe(false);
    expect(asUnavailable('no', missing)).toMatchObject({
      code: 'LOG_UNAVAILABLE',
      remedy: expect.stringContaining('migrate') as string,
    });
  });

  it('that names itself as its cause does not hang', () => {
    const circular = new Error('circular');
    circular.cause = circular;
    expect(isTransient(circular)).toBe(false);
  });
});
