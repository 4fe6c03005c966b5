import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReadingLine } from './reading-line.js';

const MAX = 100;

describe('a line of readings', () => {
  it('has each instant once and in order, whatever the order and however often readings come', () => {
    const reading = fc.record({ time: fc.nat(50), value: fc.integer() });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: MAX }), (readings) => {
        const line = new ReadingLine(MAX);
        for (const { time, value } of readings) line.add(time, value);
        const expected = new Map(readings.map(({ time, value }) => [time, value]));
        const times = [...expected.keys()].sort((a, b) => a - b);
        expect(line.points.times).toEqual(times);
        expect(line.points.sums).toEqual(times.map((time) => expected.get(time)));
        expect(line.points.mins).toEqual(line.points.sums);
        expect(line.points.counts).toEqual(times.map(() => 1));
      }),
    );
  });

  it('stays within its bound under a flood, with the extremes and the count of all', () => {
    const line = new ReadingLine(MAX);
    for (let ms = 0; ms < 60_000; ms += 1) line.add(ms, ms % 997);
    expect(line.points.times.length).toBeLessThanOrEqual(MAX);
    expect(line.joinedByMs).toBe(1_000);
    expect(Math.max(...line.points.maxs)).toBe(996);
    expect(Math.min(...line.points.mins)).toBe(0);
    expect(line.points.counts.reduce((sum, count) => sum + count)).toBe(60_000);
  });

  it('forgets the oldest when even hours joined are too many', () => {
    const line = new ReadingLine(MAX);
    for (let hour = 0; hour < 1_000; hour += 1) line.add(hour * 3_600_000, hour);
    expect(line.points.times.length).toBeLessThanOrEqual(MAX);
    expect(line.points.times.at(-1)).toBe(999 * 3_600_000);
  });

  it('lets go of a reading that is deleted, and of no other', () => {
    const line = new ReadingLine(MAX);
    for (const time of [1, 2, 3]) line.add(time, time);
    line.remove(2);
    line.remove(9);
    expect(line.points.times).toEqual([1, 3]);
    expect(line.points.maxs).toEqual([1, 3]);
  });

  it('forgets what lies before a time', () => {
    const line = new ReadingLine(MAX);
    for (const time of [1, 2, 3]) line.add(time, time);
    line.dropBefore(2);
    expect(line.points.times).toEqual([2, 3]);
  });
});
