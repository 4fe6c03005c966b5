import { describe, expect, it } from 'vitest';
import { findGaps } from './find-gaps.js';

const at = (...times: number[]) => times.map((ms) => ({ firstMs: ms, lastMs: ms }));

describe('gaps', () => {
  it('are longer than three cadences, and end with the next sample', () => {
    const samples = at(0, 10, 20, 50, 91, 100);
    expect(findGaps([{ fromMs: 0, toMs: 101 }], samples, 10)).toEqual([{ fromMs: 50, toMs: 91, missing: 3 }]);
  });

  it('are those before the first sample and after the last one, too', () => {
    expect(findGaps([{ fromMs: 0, toMs: 100 }], at(40, 50), 10)).toEqual([
      { fromMs: 0, toMs: 40, missing: 3 },
      { fromMs: 50, toMs: 100, missing: 5 },
    ]);
  });

  it('are all there is where nothing came', () => {
    expect(findGaps([{ fromMs: 0, toMs: 100 }], [], 10)).toEqual([{ fromMs: 0, toMs: 100, missing: 10 }]);
    expect(findGaps([{ fromMs: 0, toMs: 30 }], [], 10)).toEqual([]);
  });

  it('are none while nothing is expected', () => {
    const sessions = [
      { fromMs: 0, toMs: 30 },
      { fromMs: 500, toMs: 560 },
    ];
    expect(findGaps(sessions, at(10, 20, 300, 510, 520), 10)).toEqual([
      { fromMs: 520, toMs: 560, missing: 4 },
    ]);
    expect(findGaps([], at(10), 10)).toEqual([]);
  });

  it('are none within a bucket, of which only the ends are known', () => {
    expect(findGaps([{ fromMs: 0, toMs: 100 }], [{ firstMs: 0, lastMs: 99 }], 10)).toEqual([]);
  });

  it('reach into what is expected from a bucket that began before it', () => {
    expect(findGaps([{ fromMs: 50, toMs: 100 }], [{ firstMs: 40, lastMs: 60 }], 10)).toEqual([
      { fromMs: 60, toMs: 100, missing: 4 },
    ]);
  });
});
