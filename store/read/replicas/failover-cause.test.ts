import { describe, expect, it } from 'vitest';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { failoverCause } from './failover-cause.js';

const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });

describe('a read that failed on a replica', () => {
  it.each([
    ['57P01', 'lost'],
    ['57P03', 'lost'],
    ['08006', 'lost'],
    ['53300', 'busy'],
    ['53200', 'busy'],
    ['ECONNRESET', 'lost'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['42P01', 'behind'],
    ['42703', 'behind'],
    ['57014', 'cancelled'],
  ])('by %s is run again, since the replica is %s', (code, cause) => {
    expect(failoverCause(withCode(code))).toBe(cause);
  });

  it.each(['Connection terminated unexpectedly', 'Query read timeout', 'timeout expired'])(
    'by "%s" is run again',
    (message) => {
      expect(failoverCause(new Error(message))).toBe('lost');
    },
  );

  it.each(['22P02', '25006', '25P03', '42601', 'XX000'])('by %s would fail anywhere', (code) => {
    expect(failoverCause(withCode(code))).toBeUndefined();
  });

  it('by our own time limit or a bug would fail anywhere', () => {
    expect(failoverCause(new MeterpulseError('READ_TIMED_OUT', 'slow'))).toBeUndefined();
    expect(failoverCause(new TypeError('a bug'))).toBeUndefined();
  });
});
