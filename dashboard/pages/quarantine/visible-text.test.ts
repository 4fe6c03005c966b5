import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.js';

describe('a text that somebody sent', () => {
  it('stands as it is, in whatever script', () => {
    const text = '{"idTag": "Ünï 漢字 🙂",\n\t"value": 1}';
    expect(visibleText(text)).toBe(text);
  });

  it('shows control characters as symbols', () => {
    expect(visibleText('a\u0000b\u001bc\rd\u007f')).toBe('a␀b␛c␍d␡');
  });

  it('shows marks that would turn the direction of writing, or hide, as escapes', () => {
    expect(visibleText('a\u202eb\u2066c\u200bd\ufeff\u2028')).toBe('a\\u202eb\\u2066c\\u200bd\\ufeff\\u2028');
  });

  it('is no markup here: that is left to where it is put', () => {
    expect(visibleText('<script>')).toBe('<script>');
  });
});
