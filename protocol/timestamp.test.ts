import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './timestamp.js';

const at = (iso: string) => Date.parse(iso);

describe('reading a timestamp', () => {
  it.each([
    ['2026-03-01T12:34:56Z', '2026-03-01T12:34:56.000Z'],
    ['2026-03-01T12:34:56.789Z', '2026-03-01T12:34:56.789Z'],
    ['2026-03-01t12:34:56z', '2026-03-01T12:34:56.000Z'],
    ['2026-03-01 12:34:56Z', '2026-03-01T12:34:56.000Z'],
    ['2026-03-01T12:34:56.7Z', '2026-03-01T12:34:56.700Z'],
    ['2026-03-01T12:34:56,7Z', '2026-03-01T12:34:56.700Z'],
    ['2026-03-01T12:34:56.789999999Z', '2026-03-01T12:34:56.789Z'],
    ['2026-03-01T12:34:56+05:45', '2026-03-01T06:49:56.000Z'],
    ['2026-03-01T12:34:56-0330', '2026-03-01T16:04:56.000Z'],
    ['2026-03-01T00:34:56+01', '2026-02-28T23:34:56.000Z'],
    ['2026-03-01T12:34Z', '2026-03-01T12:34:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('takes %s for %s', (text, iso) => {
    expect(parseTimestamp(text)).toEqual({ ms: at(iso), assumedUtc: false });
  });

  it('assumes UTC where no zone is named, and says so', () => {
    const assumed = { ms: at('2026-03-01T12:34:56.500Z'), assumedUtc: true };
    expect(parseTimestamp('2026-03-01T12:34:56.5')).toEqual(assumed);
    expect(parseTimestamp('2026-03-01 12:34:56.500')).toEqual(assumed);
  });

  it.each(
    [
      [
        '',
        '2026-03-01',
        '2026-03-01T',
        '2026-03-01T12',
        '12:34:56',
        '20260301T123456Z',
        'now',
        '1772368496000',
      ],
      ['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z'],
      ['2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-32T00:00:00Z'],
      ['2026-03-01T24:00:00Z', '2026-03-01T12:60:00Z', '2016-12-31T23:59:60Z', '2026-03-01T12:34:5Z'],
      [
        '2026-03-01T12:34:56.Z',
        '2026-03-01T12:34:56ZZ',
        '2026-03-01T12:34:56+24:00',
        '2026-03-01T12:34:56+1:00',
      ],
      [
        '2026-03-01T12:34:56+01:60',
        '2026-03-01T12:34:56 +01:00',
        '+002026-03-01T12:34:56Z',
        ' 2026-03-01T12:34:56Z',
      ],
      [
        '2026-03-01T12:34:56Z\u0000',
        '２０２６-03-01T12:34:56Z',
        `2026-03-01T12:34:56.${'9'.repeat(1_000_000)}Z`,
      ],
    ].flat(),
  )('refuses %.40s', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('reads every instant as Date does', () => {
    const instant = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, (date) => {
        expect(parseTimestamp(date.toISOString())).toEqual({ ms: date.getTime(), assumedUtc: false });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('0123456789-:T.Z+ ')), maxLength: 40 }),
        (text) => {
          const timestamp = parseTimestamp(text);
          return timestamp === undefined || Number.isSafeInteger(timestamp.ms);
        },
      ),
    );
  });
});
