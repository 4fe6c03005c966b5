import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../tests/harness/any-text.js';
import { callError, callResult, parseFrame } from './ocpp-j.js';

describe('OCPP-J framing', () => {
  it('reads a CALL', () => {
    expect(parseFrame('[2,"19223201","Heartbeat",{}]')).toEqual({
      ...{ kind: 'call', id: '19223201', action: 'Heartbeat', payload: {} },
    });
  });

  it('leaves rubbish in the payload to whoever serves the action', () => {
    expect(parseFrame('[2,"1","MeterValues",null]')).toMatchObject({ kind: 'call', payload: null });
    expect(parseFrame('[2,"1","MeterValues",[1],"more"]')).toMatchObject({ kind: 'call', payload: [1] });
  });

  it('reads answers, also those that leave parts out', () => {
    expect(parseFrame('[3,"1",{"status":"Accepted"}]')).toEqual({
      ...{ kind: 'answer', id: '1' },
      reply: { kind: 'result', messageId: '1', payload: { status: 'Accepted' } },
    });
    expect(parseFrame('[4,"1","GenericError","no",{"a":1}]')).toEqual({
      ...{ kind: 'answer', id: '1' },
      reply: { kind: 'error', messageId: '1', code: 'GenericError', description: 'no', details: { a: 1 } },
    });
    expect(parseFrame('[4,"1"]')).toEqual({
      ...{ kind: 'answer', id: '1' },
      reply: { kind: 'error', messageId: '1', code: '', description: '', details: {} },
    });
  });
  it.each([
    ['', null, 'invalid_json', 'unreadable'],
    ['hello', null, 'invalid_json', 'unreadable'],
    ['[2,"1","Heartbeat",{', '1', 'invalid_json', 'unreadable'],
    ['[2,"a\\"b","Heartbeat",{', null, 'invalid_json', 'unreadable'],
    ['{}', null, 'invalid_frame', 'notRpc'],
    ['null', null, 'invalid_frame', 'notRpc'],
    ['[]', null, 'invalid_frame', 'notRpc'],
    ['[2]', null, 'invalid_frame', 'notRpc'],
    ['[2,7,"Heartbeat",{}]', null, 'invalid_frame', 'notRpc'],
    ['[2,"","Heartbeat",{}]', null, 'invalid_frame', 'notRpc'],
    ['[2,"a\\u0000","Heartbeat",{}]', null, 'invalid_frame', 'notRpc'],
    [`[2,"${'x'.repeat(37)}","Heartbeat",{}]`, null, 'invalid_frame', 'notRpc'],
    ['[2,"1"]', '1', 'invalid_frame', 'notRpc'],
    ['[2,"1","Heartbeat"]', '1', 'invalid_frame', 'notRpc'],
    ['[2,"1",5,{}]', '1', 'invalid_frame', 'notRpc'],
    ['[9,"1","Heartbeat",{}]', '1', 'invalid_frame', 'messageType'],
    ['["2","1","Heartbeat",{}]', '1', 'invalid_frame', 'messageType'],
    [`[2,"1","MeterValues",${'['.repeat(10_000)}`, '1', 'nested_too_deep', 'unreadable'],
  ])('says what is wrong with %.50s', (text, id, reason, error) => {
    expect(parseFrame(text)).toMatchObject({ kind: 'malformed', id, reason, error });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.json()), (text) => 'kind' in parseFrame(text)));
  });

  it('writes answers, with the id -1 where none could be read', () => {
    expect(callResult('1', { a: 1 })).toBe('[3,"1",{"a":1}]');
    expect(callError(null, 'ProtocolError', 'no')).toBe('[4,"-1","ProtocolError","no",{}]');
    expect(JSON.parse(callError('1', 'InternalError', '\u0000'.repeat(999)))).toEqual([
      ...[4, '1', 'InternalError', '\ufffd'.repeat(255), {}],
    ]);
  });
});
