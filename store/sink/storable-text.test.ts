import { describe, expect, it } from 'vitest';
import { isStorableText, toStorableKey, toStorableText } from './storable-text.js';

describe('storable text', () => {
  it('is what PostgreSQL gives back as it was given', () => {
    expect(isStorableText('Zähler 1 😀', 50)).toBe(true);
    expect(isStorableText('a\0', 50)).toBe(false);
    expect(isStorableText('\ud800', 50)).toBe(false);
    expect(isStorableText('line\nend', 50)).toBe(false);
    expect(isStorableText('x'.repeat(51), 50)).toBe(false);
  });

  it('is made of any text', () => {
    expect(toStorableText('a\0b\ud800c', 50)).toBe('a\ufffdb\ufffdc');
    // A pair that the cut leaves half of.
    expect(isStorableText(toStorableText('x😀', 2), 2)).toBe(true);
  });

  it('stays unique as a key', () => {
    expect(toStorableKey('/meterValue/0', 20)).toBe('/meterValue/0');
    const keys = ['a\0', 'a\u0001', 'x'.repeat(40), 'x'.repeat(41)].map((text) => toStorableKey(text, 30));
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(isStorableText(key, 30)).toBe(true);
  });
});
