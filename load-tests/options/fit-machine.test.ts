import { describe, expect, it } from 'vitest';
import { fittingSockets, whatIsMissing } from './fit-machine.js';

const LARGE = { cores: 4, memoryBytes: 64e9, openFiles: 100_000 };

describe('the size that fits a machine', () => {
  it.each([
    [LARGE, 4_000, /1000 for each of 4 cores/],
    [{ ...LARGE, memoryBytes: 2.56e9 }, 1_000, /2\.6 GB of memory are free/],
    [{ ...LARGE, openFiles: 1_024 }, 524, /may open 1024 files/],
    [{ ...LARGE, openFiles: null }, 4_000, /cores/],
    [{ ...LARGE, memoryBytes: 1e9 }, 1, /memory/],
  ])('%j is %d', (machine, sockets, why) => {
    expect(fittingSockets(machine)).toEqual({ sockets, why: expect.stringMatching(why) as string });
  });

  it('is refused beyond open files and memory, with the remedy', () => {
    expect(whatIsMissing({ ...LARGE, openFiles: 1_024 }, 2_000, false)).toMatch(
      /ulimit -n 2500, or fewer --sockets$/,
    );
    expect(whatIsMissing({ ...LARGE, memoryBytes: 4e9 }, 50_000, false)).toMatch(
      /take about 5\.5 GB and 4\.0 GB are free/,
    );
  });
});
