import { describe, expect, it } from 'vitest';
import { parseRow } from './row.js';

const payload = '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T06:00:00Z","sampledValue":[]}]}';

describe('a row', () => {
  it('keeps its payload as the text it was, and knows its first timestamp', () => {
    expect(parseRow(2, 'CP-1', payload)).toEqual({
      ok: true,
      row: { rowNumber: 2, chargePointId: 'CP-1', payload, timestampMs: Date.parse('2026-03-10T06:00:00Z') },
    });
  });

  it.each([
    ['', payload, 'charge_point_id is empty'],
    ['  ', payload, 'charge_point_id is empty'],
    ['CP-1', '', 'payload is empty'],
    ['CP-1', '{"connectorId":', 'payload is not JSON'],
    ['CP-1', 'hello', 'payload is not JSON'],
  ])('is bad with id %j and payload %j', (id, text, reason) => {
    expect(parseRow(7, id, text)).toEqual({ ok: false, bad: { rowNumber: 7, reason } });
  });

  it('says so when the payload was cut off at the limit of a cell', () => {
    const parsed = parseRow(7, 'CP-1', payload.padEnd(32_767, 'x'));
    expect(parsed).toMatchObject({ ok: false, bad: { reason: expect.stringContaining('32,767') as string } });
  });

  it.each([
    '5',
    'null',
    '[]',
    '{}',
    '{"meterValue":{}}',
    '{"meterValue":[{"timestamp":"soon"}]}',
    '{"meterValue":[null]}',
  ])('with the JSON %s can be sent, for the server to judge, and has no timestamp', (text) => {
    expect(parseRow(2, 'CP-1', text)).toMatchObject({ ok: true, row: { timestampMs: null } });
  });
});
