import { describe, expect, it } from 'vitest';
import { BAD_ROW_REASONS, parseRow } from './row.js';
import type { Cell } from '../../tables/table.js';

const payload = '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T06:00:00Z","sampledValue":[]}]}';
const place = { id: 'row-7', sheet: 'March', rowNumber: 7 };

describe('a row', () => {
  it('keeps its payload as the text it was, and knows its first timestamp', () => {
    expect(parseRow(place, 'CP-1', payload)).toEqual({
      ok: true,
      row: {
        ...place,
        chargePointId: 'CP-1',
        payload,
        isJson: true,
        timestampMs: Date.parse('2026-03-10T06:00:00Z'),
      },
    });
  });

  it.each<[Cell | undefined, Cell | undefined, keyof typeof BAD_ROW_REASONS]>([
    ['', payload, 'missing_charge_point'],
    [undefined, payload, 'missing_charge_point'],
    ['  ', payload, 'missing_charge_point'],
    ['CP\n1', payload, 'invalid_charge_point'],
    ['CP\0', payload, 'invalid_charge_point'],
    ['a\ud800', payload, 'invalid_charge_point'],
    ['x'.repeat(256), payload, 'invalid_charge_point'],
    [{ text: '46001', oddity: 'date' }, payload, 'charge_point_is_date'],
    [{ text: '#N/A', oddity: 'error' }, payload, 'charge_point_is_error'],
    [{ text: '1e21', oddity: 'longNumber' }, payload, 'charge_point_lost_digits'],
    [{ text: '', oddity: 'noValue' }, payload, 'formula_without_value'],
    ['CP-1', { text: '', oddity: 'noValue' }, 'formula_without_value'],
  ])('is bad with id %j', (id, text, code) => {
    const chargePointId = id === undefined ? '' : typeof id === 'string' ? id : id.text;
    const bad = { sheet: 'March', rowNumber: 7, chargePointId, code, reason: BAD_ROW_REASONS[code].meaning };
    expect(parseRow(place, id, text)).toEqual({ ok: false, bad });
  });

  it.each<Cell | undefined>([
    '',
    undefined,
    '{"connectorId":',
    'hello',
    'NaN',
    '{"a":1}\0',
    { text: '#REF!', oddity: 'error' },
  ])('with the broken payload %j can be sent, for the server to keep', (cell) => {
    const text = typeof cell === 'object' ? cell.text : (cell ?? '');
    expect(parseRow(place, 'CP-1', cell)).toMatchObject({
      ok: true,
      row: { payload: text, isJson: false, timestampMs: null },
    });
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
    expect(parseRow(place, 'CP-1', text)).toMatchObject({
      ok: true,
      row: { isJson: true, timestampMs: null },
    });
  });
});
