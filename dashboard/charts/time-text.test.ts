import { describe, expect, it } from 'vitest';
import { agoText, durationText, isoMomentText, momentText } from './time-text.js';

describe('time as text', () => {
  it('gives a duration by its two greatest units', () => {
    const texts = [40_000, 60_000, 3_900_000, 7_200_000, 183_600_000].map(durationText);
    expect(texts).toEqual(['40 s', '1 min', '1 h 5 min', '2 h', '2 d 3 h']);
    expect(durationText(-1)).toBe('–');
    expect(durationText(NaN)).toBe('–');
  });

  it('gives an age in words, and beyond a day the moment', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    expect(agoText(now - 500, now)).toBe('just now');
    expect(agoText(now + 5_000, now)).toBe('just now');
    expect(agoText(now - 12_000, now)).toBe('12 s ago');
    expect(agoText(now - 3 * 86_400_000, now)).toBe(momentText(now - 3 * 86_400_000));
  });

  it('names the year where it is another one', () => {
    const year = new Date().getFullYear();
    expect(momentText(new Date(year, 2, 5, 6, 7).getTime())).toBe('5 Mar, 06:07');
    expect(momentText(new Date(year - 1, 2, 5, 6, 7).getTime())).toBe(`5 Mar ${year - 1}, 06:07`);
  });

  it('has a dash for what is not known', () => {
    expect(isoMomentText(null)).toBe('–');
  });
});
