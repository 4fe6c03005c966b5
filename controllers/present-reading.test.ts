import { describe, expect, it } from 'vitest';
import { Quality } from '../protocol/reading.js';
import { presentQuality } from './present-reading.js';

describe('the quality of a reading', () => {
  it('is the list of the flags that are set', () => {
    expect(presentQuality(0)).toEqual([]);
    expect(presentQuality(Quality.ASSUMED_UTC)).toEqual(['assumedUtc']);
    expect(presentQuality(Quality.ASSUMED_UTC | Quality.NUMBER_FOR_STRING)).toEqual([
      'assumedUtc',
      'numberForString',
    ]);
  });
});
