import { describe, expect, it } from 'vitest';
import { CoveringSessions } from './covering-session.js';

const session = (id: number, startedMs: number, endedMs: number | null, externalId = String(id)) => ({
  id,
  externalId,
  startedMs,
  endedMs,
});
const at = (sessions: ReturnType<typeof session>[], ...times: number[]): (number | null)[] => {
  const covering = new CoveringSessions(sessions);
  return times.map((ms) => covering.at(ms));
};

describe('the session that covers a moment', () => {
  it('is the one that began last, from its Start to its Stop, both included', () => {
    expect(at([session(1, 10, 20)], 9, 10, 15, 20, 21)).toEqual([null, 1, 1, 1, null]);
  });

  it('goes on until the next one when its Stop is not known', () => {
    expect(at([session(2, 30, null), session(1, 10, null)], 29, 30, 1_000)).toEqual([1, 2, 2]);
  });

  it('is none after the end of the last one, though an earlier one is open', () => {
    expect(at([session(1, 10, null), session(2, 20, 30)], 15, 25, 31)).toEqual([1, 2, null]);
  });

  it('is of two that began at one instant the one with the greater id, whatever their order', () => {
    const [a, b] = [session(1, 10, null, '10'), session(2, 10, null, '9')];
    expect(at([a, b], 10)).toEqual([2]);
    expect(at([b, a], 10)).toEqual([2]);
  });

  it('is none where there is none', () => {
    expect(at([], 0)).toEqual([null]);
  });
});
