import { describe, expect, it } from 'vitest';
import { cleanText, isChargePointId, isName } from './identifier.js';

describe('a charge point id', () => {
  it.each(['CP-1', 'a', 'Ladesäule 7', '充電', 'a/b?c', '🚗', 'x'.repeat(255), 'СР-1', 'a\u00a0b'])(
    'may be %j',
    (id) => {
      expect(isChargePointId(id)).toBe(true);
    },
  );

  it.each(
    [
      ['', ' ', '\t', 'a\u0000b', 'a\n', '\u007f', '\u0085', '\ud800', 'a\udc00b', 'x'.repeat(256)],
      [1, null, undefined, {}, ['CP-1'], true],
    ].flat(),
  )('may not be %j', (id) => {
    expect(isChargePointId(id)).toBe(false);
  });
});

describe('ids that look the same', () => {
  it.each<[string, string]>([
    ['a space of no width', 'CP\u200b-1'],
    ['a joiner', 'CP\u200d-1'],
    ['a soft hyphen', 'CP\u00ad-1'],
    ['a byte order mark', '\ufeffCP-1'],
    ['a turn of the direction of writing', 'CP\u202e1-'],
    ['an isolate', '\u2066CP-1\u2069'],
    ['a variation selector', 'CP\ufe0f-1'],
    ['a filler', 'CP\u3164-1'],
    ['a tag', 'CP-1\u{e0041}'],
    ['a line separator', 'CP-1\u2028'],
    ['a letter and its accent apart', 'Ladesa\u0308ule'],
    ['the sign of kelvin, which is a K', 'CP-\u212a'],
  ])('are not both ids: %s', (_, id) => {
    expect(isChargePointId(id)).toBe(false);
  });
});

describe('a name', () => {
  it('has 1 to 50 clean characters', () => {
    expect(['L1', 'Energy.Active.Import.Register', 'x'.repeat(50)].every(isName)).toBe(true);
    expect(['', 'x'.repeat(51), 'a\u0000', 5, null].some(isName)).toBe(false);
  });
});

describe('cleaning a text', () => {
  it('replaces what a database or a terminal can not bear', () => {
    expect(cleanText('a\u0000b\u001b[31m\ud800c')).toBe('a\ufffdb\ufffd[31m\ufffdc');
    expect(cleanText('ünï🚗')).toBe('ünï🚗');
  });
});
