import { describe, expect, it } from 'vitest';
import { ERROR_CODES, MeterpulseError, type ErrorCode } from '../../helpers/meterpulse-error.js';
import { problemOfError } from './problem-of-error.js';

const SECRET = 'select secret from 10.0.0.1';

describe('an error as HTTP', () => {
  it.each([
    ['DATABASE_UNAVAILABLE', 503],
    ['DATABASE_NOT_MIGRATED', 503],
    ['READ_TIMED_OUT', 504],
    ['OWNERSHIP_LOST', 500],
  ] satisfies [ErrorCode, number][])('%s is %i', (code, status) => {
    expect(problemOfError(new MeterpulseError(code, SECRET)).status).toBe(status);
  });

  it('tells nothing of the error itself', () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    const errors = [
      ...codes.map((code) => new MeterpulseError(code, SECRET)),
      new Error(SECRET),
      SECRET,
      null,
    ];
    for (const error of errors) expect(JSON.stringify(problemOfError(error))).not.toContain('secret');
  });

  it('spreads the retries of an outage', () => {
    const retryAfter = (random: number) =>
      problemOfError(new MeterpulseError('DATABASE_UNAVAILABLE', ''), () => random).headers?.['Retry-After'];
    expect([retryAfter(0), retryAfter(0.999)]).toEqual(['1', '5']);
  });

  it('takes a path that cannot be decoded for the mistake of the client', () => {
    expect(problemOfError(new URIError('URI malformed')).status).toBe(400);
    expect(problemOfError(Object.assign(new Error('Failed to decode param'), { status: 400 })).status).toBe(
      400,
    );
  });

  it('is 500 for whatever else is thrown', () => {
    for (const error of [new Error('bug'), 'text', undefined, { status: 200 }]) {
      expect(problemOfError(error)).toMatchObject({
        status: 500,
        type: 'urn:meterpulse:problem:internal-error',
      });
    }
  });
});
