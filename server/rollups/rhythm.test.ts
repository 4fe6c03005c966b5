import { describe, expect, it } from 'vitest';
import { coarserCadence, LATE_MS, Rhythm, usual } from './rhythm.js';

const sample = (ms: number, more: Partial<Parameters<Rhythm['add']>[0]> = {}) => ({
  ms,
  receivedMs: ms,
  class: 'sample' as const,
  session: 1,
  ...more,
});

function rhythmOf(...samples: Parameters<Rhythm['add']>[0][]): Rhythm {
  const rhythm = new Rhythm();
  for (const each of samples) rhythm.add(each);
  return rhythm;
}

describe('the rhythm of a bucket', () => {
  it('has as its cadence what is usual between samples, whatever is missing among them', () => {
    expect(rhythmOf(...[0, 60, 120, 300, 360].map((s) => sample(s * 1_000))).cadenceMs).toBe(60_000);
    expect(rhythmOf(sample(0)).cadenceMs).toBeNull();
    expect(rhythmOf().cadenceMs).toBeNull();
  });

  it('expects nothing from one session to the next, and nothing of begin and end', () => {
    const rhythm = rhythmOf(
      sample(0, { class: 'boundary' }),
      sample(10_000),
      sample(70_000),
      sample(75_000, { class: 'boundary' }),
      sample(500_000, { session: 2 }),
    );
    expect(rhythm).toMatchObject({ irregular: 2, clock: 0, late: 0, cadenceMs: 60_000 });
  });

  it('takes a sample for late by its arrival, a millisecond beyond the bound', () => {
    const rhythm = rhythmOf(
      sample(0, { receivedMs: LATE_MS }),
      sample(1, { receivedMs: LATE_MS + 2, class: 'clock' }),
      sample(2, { receivedMs: -5 }),
    );
    expect(rhythm).toMatchObject({ late: 1, clock: 1 });
  });
});

describe('a coarser cadence', () => {
  const row = (firstMs: number | null, lastMs: number | null, cadenceMs: number | null) => ({
    firstMs,
    lastMs,
    cadenceMs,
  });

  it('is what is usual within the finer rows', () => {
    expect(coarserCadence([row(0, 5, 60), row(10, 20, 61), row(30, 40, null), row(50, 60, 900)])).toBe(61);
  });

  it('is what lies between them where none of them can tell', () => {
    expect(
      coarserCadence([row(0, 0, null), row(null, null, null), row(900, 900, null), row(1_800, 1_800, null)]),
    ).toBe(900);
    expect(coarserCadence([row(5, 5, null)])).toBeNull();
  });
});

it('what is usual is the lower one of two in the middle, of one that one, of none nothing', () => {
  expect([usual([]), usual([7]), usual([9, 7]), usual([1, 9, 7])]).toEqual([null, 7, 7, 7]);
});
