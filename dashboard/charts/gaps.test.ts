import { describe, expect, it } from 'vitest';
import { findGaps, missingStretches } from './gaps.js';

const MINUTE = 60_000;
const every = (step: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => from + at * step);

describe('gaps', () => {
  it('are stretches much longer than usual', () => {
    const times = [...every(MINUTE, 20), ...every(MINUTE, 20, 60 * MINUTE)];
    expect(findGaps(times, 0)).toEqual([{ from: 19 * MINUTE, to: 60 * MINUTE }]);
  });

  it('are none where one or two readings are missing, or where there are no two', () => {
    expect(findGaps([0, MINUTE, 2 * MINUTE, 4 * MINUTE, 5 * MINUTE], 0)).toEqual([]);
    expect(findGaps([5], 0)).toEqual([]);
    expect(findGaps([], 0)).toEqual([]);
  });

  it('of aggregates begin where the interval before ends', () => {
    const hour = 60 * MINUTE;
    expect(findGaps([0, hour, 2 * hour, 6 * hour, 7 * hour], hour)).toEqual([
      { from: 3 * hour, to: 6 * hour },
    ]);
  });

  it('of a charge point that sends every second are no matter of seconds', () => {
    expect(findGaps([0, 1_000, 2_000, 12_000, 13_000], 0)).toEqual([]);
  });

  it('are missing only while a session ran', () => {
    const times = [...every(MINUTE, 11), ...every(MINUTE, 11, 100 * MINUTE)];
    const within = { from: 0, to: 200 * MINUTE };
    const missing = (from: number, to: number) =>
      missingStretches(times, 0, within, [{ from: from * MINUTE, to: to * MINUTE }]);
    expect(missing(5, 50)).toEqual([{ from: 10 * MINUTE, to: 50 * MINUTE }]);
    expect(missing(20, 30)).toEqual([{ from: 20 * MINUTE, to: 30 * MINUTE }]);
    expect(missing(90, 110)).toEqual([{ from: 90 * MINUTE, to: 100 * MINUTE }]);
    expect(missing(0, 10)).toEqual([]);
    expect(missingStretches(times, 0, within, [])).toEqual([]);
  });

  it('are not known to be missing beyond what was loaded', () => {
    const session = { from: -100 * MINUTE, to: 500 * MINUTE };
    const times = every(MINUTE, 11);
    expect(missingStretches(times, 0, { from: 0, to: 10 * MINUTE }, [session])).toEqual([]);
  });

  it('of aggregates are not missing where an interval began before the session', () => {
    const quarters = every(15 * MINUTE, 4);
    const session = { from: 10 * MINUTE, to: 55 * MINUTE };
    expect(missingStretches(quarters, 15 * MINUTE, { from: 0, to: 60 * MINUTE }, [session])).toEqual([]);
  });

  it('of a meter without sessions are missing altogether', () => {
    const times = [...every(MINUTE, 5), 60 * MINUTE];
    expect(missingStretches(times, 0, { from: 0, to: 60 * MINUTE }, null)).toEqual([
      { from: 4 * MINUTE, to: 60 * MINUTE },
    ]);
  });
});
