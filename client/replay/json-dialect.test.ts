import { describe, expect, it } from 'vitest';
import { jsonDialect } from './json-dialect.js';

const row = {
  id: 'row-12',
  sheet: '',
  rowNumber: 12,
  chargePointId: 'A"B',
  payload: '{"n":1.10,"n":2}',
  isJson: true,
  timestampMs: null,
};

describe('plain JSON', () => {
  it("sends the payload's own text under the row's number", () => {
    expect(jsonDialect.encode(row, 1)).toEqual({
      id: 'row-12',
      frame: '{"id":"row-12","chargePointId":"A\\"B","payload":{"n":1.10,"n":2}}',
    });
  });

  it.each([
    ['broken', '{"connectorId":1,', false],
    ['empty', '', false],
    ['two objects', '{"a":1},{"b":2}', false],
    ['text that would end the message early', '{}},{"id":"x"', false],
    ['nested too deep', '['.repeat(32) + ']'.repeat(32), true],
  ])(
    'sends a payload that is %s as a text in the message, so that its charge point is known',
    (_, payload, isJson) => {
      const { frame } = jsonDialect.encode({ ...row, payload, isJson }, 1);
      expect(JSON.parse(frame)).toEqual({ id: 'row-12', chargePointId: 'A"B', payload });
    },
  );

  it('goes to /ingest unless the address has a path', () => {
    expect(jsonDialect.url(new URL('ws://h:3000'), 'x')).toBe('ws://h:3000/ingest');
    expect(jsonDialect.url(new URL('ws://h/behind/proxy?a=1'), 'x')).toBe('ws://h/behind/proxy?a=1');
  });

  it('understands each status, one by one and in an array', () => {
    const accepted = { id: 'a', status: 'accepted' };
    expect(jsonDialect.decode(JSON.stringify(accepted))).toEqual([{ kind: 'accepted', id: 'a' }]);
    const others = [
      { id: 'b', status: 'rejected', error: { code: 'invalid_value', message: 'not a number', path: '' } },
      { id: 'c', status: 'retry', retryAfterMs: 250 },
      { id: 'd', status: 'retry' },
      { id: null, status: 'rejected', error: { code: 'nested_too_deep', message: '', path: '' } },
    ];
    expect(jsonDialect.decode(JSON.stringify([accepted, ...others]))).toEqual([
      { kind: 'accepted', id: 'a' },
      { kind: 'rejected', id: 'b', code: 'invalid_value', reason: 'not a number' },
      { kind: 'retry', id: 'c', afterMs: 250 },
      { kind: 'retry', id: 'd', afterMs: null },
      { kind: 'nameless', code: 'nested_too_deep', reason: '' },
    ]);
  });

  it.each([
    '',
    'null',
    '{',
    '{"id":"a"}',
    '{"id":"a","status":"perhaps"}',
    '[[]]',
    '{"id":{},"status":"accepted"}',
  ])('leaves out what it does not understand: %s', (text) => {
    expect(jsonDialect.decode(text)).toEqual([]);
  });
});
