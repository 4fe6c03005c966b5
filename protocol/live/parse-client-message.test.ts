import { describe, expect, it } from 'vitest';
import { parseClientMessage } from './parse-client-message.js';

describe('parseClientMessage', () => {
  it('fills in what a subscription leaves out', () => {
    expect(parseClientMessage('{"type":"SUBSCRIBE","id":"s1"}')).toEqual({
      ok: true,
      message: { type: 'SUBSCRIBE', id: 's1', filter: {}, snapshot: true, changedOnly: false },
    });
  });

  it('reads a changeId, with and without an index', () => {
    const cursor = (changeId: string) => {
      const parsed = parseClientMessage(JSON.stringify({ type: 'SUBSCRIBE', id: 's1', changeId }));
      return parsed.ok && parsed.message.type === 'SUBSCRIBE' ? parsed.message.changeId : parsed;
    };
    expect(cursor('17.3')).toEqual({ position: 17, index: 3 });
    expect(cursor('17')).toEqual({ position: 17, index: Infinity });
  });

  it.each([
    ['', null, ''],
    ['{', null, ''],
    ['null', null, ''],
    ['[]', null, ''],
    ['7', null, ''],
    ['{}', null, '/type'],
    ['{"type":"HELLO","id":"s1"}', 's1', '/type'],
    ['{"type":"SUBSCRIBE"}', null, '/id'],
    ['{"type":"SUBSCRIBE","id":7}', null, '/id'],
    [`{"type":"SUBSCRIBE","id":"${'x'.repeat(37)}"}`, null, '/id'],
    ['{"type":"SUBSCRIBE","id":"s1","filter":{"sites":[7]}}', 's1', '/filter/sites/0'],
    ['{"type":"SUBSCRIBE","id":"s1","filter":{"chargePointIds":[]}}', 's1', '/filter/chargePointIds'],
    ['{"type":"SUBSCRIBE","id":"s1","filter":{"kinds":["weather"]}}', 's1', '/filter/kinds/0'],
    ['{"type":"SUBSCRIBE","id":"s1","filter":{"site":["a"]}}', 's1', '/filter'],
    ['{"type":"SUBSCRIBE","id":"s1","changeId":"-1"}', 's1', '/changeId'],
    ['{"type":"SUBSCRIBE","id":"s1","changeId":"99999999999999999"}', 's1', '/changeId'],
    ['{"type":"UNSUBSCRIBE","id":"s1","x":1}', 's1', ''],
  ])('refuses %j, and says where', (text, id, path) => {
    expect(parseClientMessage(text)).toMatchObject({ ok: false, id, path });
  });

  it('survives what nests a hundred thousand deep', () => {
    const text = `{"type":"SUBSCRIBE","id":"s1","filter":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(parseClientMessage(text)).toMatchObject({ ok: false, id: 's1', path: '/filter' });
  });
});
