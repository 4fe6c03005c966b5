import { describe, expect, it } from 'vitest';
import { parseMessage } from './parse-message.js';

const message = (payload: unknown) => JSON.stringify({ id: 'm1', chargePointId: 'CP-1', payload });

describe('a message to try', () => {
  it('tells whose it is, and the instants of its readings', () => {
    const payload = {
      meterValue: [
        { timestamp: '2026-03-10T06:00:00Z', sampledValue: [] },
        { timestamp: '2026-03-10T07:00:00+01:00', sampledValue: [] },
        { timestamp: '2026-03-10T06:15:00', sampledValue: [] },
      ],
    };
    expect(parseMessage(message(payload))).toEqual({
      kind: 'message',
      chargePointId: 'CP-1',
      payload,
      timestamps: [Date.UTC(2026, 2, 10, 6, 0), Date.UTC(2026, 2, 10, 6, 15)],
    });
  });

  it.each([
    [{}],
    ['text'],
    [{ meterValue: 7 }],
    [{ meterValue: [null, { timestamp: 'yesterday' }] }],
    [null],
  ])('is sent whatever its payload is: %j', (payload) => {
    expect(parseMessage(message(payload))).toMatchObject({ kind: 'message', payload, timestamps: [] });
  });

  it.each([
    ['{', /no JSON/],
    ['[]', /one object/],
    ['null', /one object/],
    ['{"payload": {}}', /chargePointId/],
    ['{"chargePointId": 7, "payload": {}}', /chargePointId/],
    ['{"chargePointId": "CP-1"}', /payload/],
  ])('is none when it is %s', (text, fault) => {
    const parsed = parseMessage(text);
    expect(parsed).toMatchObject({ kind: 'fault' });
    expect(parsed.kind === 'fault' && parsed.message).toMatch(fault);
  });
});
