import { describe, expect, it } from 'vitest';
import { countText, rateText, secondsText } from './figures.js';

describe('figures as text', () => {
  it.each([
    [0, '0 ms'],
    [0.000_42, '0.4 ms'],
    [0.009_96, '10 ms'],
    [0.012_4, '12 ms'],
    [0.999_6, '1 s'],
    [1.54, '1.5 s'],
    [59.6, '60 s'],
    [240, '4 min'],
    [3 * 3_600, '3 h'],
  ])('%d seconds are %s', (seconds, text) => {
    const said = secondsText(seconds);
    expect(`${said.text} ${said.unit}`).toBe(text);
  });

  it('have a decimal where it matters', () => {
    expect([rateText(0), rateText(0.26), rateText(9.94), rateText(1_234.5)]).toEqual([
      '0',
      '0.3',
      '9.9',
      '1,235',
    ]);
    expect(countText(50_000)).toBe('50,000');
  });
});
