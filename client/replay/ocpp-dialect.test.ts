import { describe, expect, it } from 'vitest';
import { ocppDialect } from './ocpp-dialect.js';

const row = {
  id: 'row-12',
  sheet: '',
  rowNumber: 12,
  chargePointId: 'CP',
  payload: '{"n":1.10}',
  isJson: true,
  timestampMs: null,
};
const decode = (frame: unknown) => ocppDialect.decode(JSON.stringify(frame));

describe('OCPP 1.6J', () => {
  it('calls MeterValues with the text of the payload, under a new id at each attempt', () => {
    expect(ocppDialect.encode(row, 1)).toEqual({
      id: 'row-12',
      frame: '[2,"row-12","MeterValues",{"n":1.10}]',
    });
    expect(ocppDialect.encode(row, 3).id).toBe('row-12.3');
  });

  it.each(['', '{"connectorId":1,', '{},{}', '{}],[', '{}],[2', ']', 'x"'])(
    'sends the broken payload %j in a frame that is as broken, and whose id can be read',
    (payload) => {
      const { frame } = ocppDialect.encode({ ...row, payload, isJson: false }, 1);
      expect(() => JSON.parse(frame) as unknown).toThrow();
      expect(frame).toMatch(/^\[2,"row-12","MeterValues",/);
      expect(frame).toContain(payload);
    },
  );

  it('knows ids that no path can carry', () => {
    expect(['.', '..'].map((id) => ocppDialect.canAddress(id))).toEqual([false, false]);
    expect(['...', '.a', '%2e', 'a/..'].map((id) => ocppDialect.canAddress(id))).not.toContain(false);
  });

  it('addresses a charge point by its escaped id', () => {
    const url = (base: string, id: string) => ocppDialect.url(new URL(base), id);
    expect(url('ws://h:3000', 'DE*A*1')).toBe('ws://h:3000/ocpp/DE*A*1');
    expect(url('ws://h:3000/', 'bay 7/2?')).toBe('ws://h:3000/ocpp/bay%207%2F2%3F');
    expect(url('wss://h/central/', 'Säule')).toBe('wss://h/central/S%C3%A4ule');
    expect(url('ws://h', 'a\ud800')).toBe('ws://h/ocpp/a%EF%BF%BD');
  });

  it('is ready once its boot is accepted, and asks again after the interval when not', () => {
    expect(ocppDialect.greeting(2)).toContain('"boot-2","BootNotification"');
    expect(decode([3, 'boot-1', { status: 'Accepted', currentTime: '', interval: 300 }])).toEqual([
      { kind: 'ready' },
    ]);
    expect(decode([3, 'boot-1', { status: 'Pending', interval: 7 }])).toEqual([
      { kind: 'greetAgain', afterMs: 7_000 },
    ]);
    expect(decode([3, 'boot-1', {}])).toEqual([{ kind: 'greetAgain', afterMs: 10_000 }]);
    expect(decode([4, 'boot-1', 'InternalError', '', {}])).toEqual([{ kind: 'greetAgain', afterMs: 1_000 }]);
  });

  it('takes a result as acceptance, and tells passing errors from lasting ones', () => {
    expect(decode([3, 'row-2', {}])).toEqual([{ kind: 'accepted', id: 'row-2' }]);
    expect(decode([4, 'row-2', 'InternalError', '', { retryAfterMs: 400 }])).toEqual([
      { kind: 'retry', id: 'row-2', afterMs: 400 },
    ]);
    expect(decode([4, 'row-2', 'GenericError', ''])).toEqual([{ kind: 'retry', id: 'row-2', afterMs: null }]);
    expect(decode([4, 'row-2', 'FormationViolation', 'the frame is not JSON', {}])).toEqual([
      { kind: 'rejected', id: 'row-2', code: 'FormationViolation', reason: 'the frame is not JSON' },
    ]);
  });

  it('refuses the calls of the server', () => {
    expect(decode([2, 'x', 'Reset', { type: 'Soft' }])).toEqual([
      { kind: 'reply', text: '[4,"x","NotImplemented","a replay takes no commands",{}]' },
    ]);
  });

  it.each(['', '{}', '[]', '[3]', '[3,5,{}]', '[3,"a",null]', '[9,"a","b"]', '[4,"a"]'])(
    'leaves out what it does not understand: %s',
    (text) => {
      expect(ocppDialect.decode(text)).toEqual([]);
    },
  );
});
