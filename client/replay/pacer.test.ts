import { describe, expect, it } from 'vitest';
import { schedule } from './pacer.js';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const due = (timestamps: (number | null)[], speed: number): number[] => [
  ...(schedule(
    timestamps.map((timestampMs) => ({ timestampMs })),
    speed,
  ) ?? []),
];

describe('the pace of a replay', () => {
  it('is none at maximum speed', () => {
    expect(schedule([{ timestampMs: 5 }], 'max')).toBeNull();
  });

  it("follows the readings' time from the first one on", () => {
    expect(due([10_000, 11_000, 15_000], 1)).toEqual([0, 1_000, 5_000]);
  });

  it('is k times faster when told so', () => {
    expect(due([0, 60_000, 120_000], 60)).toEqual([0, 1_000, 2_000]);
  });

  it('sends a late row with the row before it, and then goes on as if nothing had been', () => {
    expect(due([0, 5_000, 1_000, 6_000], 1)).toEqual([0, 5_000, 5_000, 6_000]);
  });

  it('sends a row without a timestamp with the row before it', () => {
    expect(due([null, 1_000, null, 3_000, null], 1)).toEqual([0, 0, 0, 2_000, 2_000]);
  });

  it('does not wait for a lone timestamp that is years ahead', () => {
    expect(due([0, 1_000, 70 * YEAR, 2_000], 1)).toEqual([0, 1_000, 1_000, 2_000]);
    expect(due([0, 1_000, 70 * YEAR], 1)).toEqual([0, 1_000, 1_000]);
  });

  it('does not start from a lone timestamp that is years off', () => {
    expect(due([-50 * YEAR, 1_000, 2_000], 1)).toEqual([0, 0, 1_000]);
    expect(due([50 * YEAR, 1_000, 2_000], 1)).toEqual([0, 0, 1_000]);
  });

  it('keeps a gap of days that the rows after it confirm', () => {
    expect(due([0, 1_000, 48 * HOUR, 49 * HOUR], 1)).toEqual([0, 1_000, 48 * HOUR, 49 * HOUR]);
  });

  it('never goes back', () => {
    const timestamps = Array.from({ length: 200 }, (_, index) => ((index * 7_919) % 1_000) * 1_000);
    const times = due(timestamps, 10);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
