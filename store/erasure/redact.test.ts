import { describe, expect, it } from 'vitest';
import { Redaction } from './redact.js';

describe('the redaction of an id tag', () => {
  const redaction = new Redaction('B4.a63');

  it('empties strings of JSON that are the tag, in whatever case, and no others', () => {
    const value = { idTag: 'b4.A63', list: [{ idTag: 'B4.a63' }, 'B4xa63', 'B4.a631'], more: 1 };
    expect(redaction.json(value)).toEqual({
      idTag: '',
      list: [{ idTag: '' }, 'B4xa63', 'B4.a631'],
      more: 1,
    });
    const other = { list: ['x'], none: null };
    expect(redaction.json(other)).toBe(other);
  });

  it('leaves the digits of numbers in a text as they are, also where the text is no JSON', () => {
    expect(redaction.jsonText('{"a": 1.10, "idTag":"B4.A63"}')).toBe('{"a": 1.10, "idTag":""}');
    expect(redaction.jsonText('[2,"x","StopTransaction",{"idTag":"b4.a63","meterStop":1.0')).toBe(
      '[2,"x","StopTransaction",{"idTag":"","meterStop":1.0',
    );
    expect(redaction.jsonText('{"a":1.10,"b":"B4.a631"}')).toBe('{"a":1.10,"b":"B4.a631"}');
  });

  it('finds it where it is written with escapes', () => {
    expect(redaction.jsonText('{"idTag":"\\u00424.a63"}')).toBe('{"idTag":""}');
  });

  it('leaves what it is only a part of in the words of a person', () => {
    expect(redaction.words('B4.a63: not 1B4.A63, b4.a63x or ÄB4.A63; (b4.A63)')).toBe(
      '…: not 1B4.A63, b4.a63x or ÄB4.A63; (…)',
    );
  });

  it('finds it behind letters whose lower case is longer', () => {
    expect(redaction.prose('İİ B4.A63 İ b4.a63')).toBe('İİ … İ …');
  });
});
