import { describe, expect, it } from 'vitest';
import { dealRows } from './lanes.js';

const ids = ['A', 'B', 'A', 'C', 'A', 'B', 'D'];
const rows = ids.map((chargePointId) => ({ chargePointId }));
const order = rows.map((_, index) => index);

describe('dealing rows to sockets', () => {
  it('puts all rows of a charge point on one socket, in order', () => {
    const lanes = dealRows(rows, order, 2, false);
    expect(lanes.flat().sort((a, b) => a - b)).toEqual(order);
    for (const lane of lanes) expect(lane).toEqual([...lane].sort((a, b) => a - b));
    for (const id of ['A', 'B', 'C', 'D'])
      expect(lanes.filter((lane) => lane.some((index) => ids[index] === id))).toHaveLength(1);
  });

  it('spreads the load', () => {
    expect(dealRows(rows, order, 2, false).map((lane) => lane.length)).toEqual([4, 3]);
  });

  it('opens no more sockets than there are charge points', () => {
    expect(dealRows(rows, order, 50, false)).toHaveLength(4);
  });

  it('gives each charge point its own socket when the protocol wants it', () => {
    const lanes = dealRows(rows, order, 1, true);
    expect(lanes.map((lane) => new Set(lane.map((index) => ids[index])).size)).toEqual([1, 1, 1, 1]);
  });

  it('keeps a given order, and leaves out rows that are not in it', () => {
    expect(dealRows(rows, [4, 2, 6], 1, false)).toEqual([[4, 2, 6]]);
    expect(dealRows(rows, [], 3, false)).toEqual([]);
  });
});
