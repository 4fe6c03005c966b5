import { describe, expect, it } from 'vitest';
import { Quality } from './reading.js';
import { qualityNames } from './quality-names.js';

describe('the quality of a reading', () => {
  it('is the list of the flags that are set', () => {
    expect(qualityNames(0)).toEqual([]);
    expect(qualityNames(Quality.ASSUMED_UTC)).toEqual(['assumedUtc']);
    expect(qualityNames(Quality.ASSUMED_UTC | Quality.NUMBER_FOR_STRING)).toEqual([
      'assumedUtc',
      'numberForString',
    ]);
  });

  it('leaves out bits that a newer version gave a name', () => {
    expect(qualityNames(Quality.ASSUMED_UTC | 0x4000)).toEqual(['assumedUtc']);
  });
});
