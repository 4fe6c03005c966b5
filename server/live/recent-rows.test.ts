import { describe, expect, it } from 'vitest';
import { feedRow, inserted } from '../../tests/harness/live-changes.js';
import { routeRow } from './live-row.js';
import { RecentRows } from './recent-rows.js';
import { SiteMap } from './site-map.js';

const row = (position: number, changes = 1) =>
  routeRow(feedRow(position, ...Array.from({ length: changes }, () => inserted())), new SiteMap());

describe('RecentRows', () => {
  it('finds rows by their position', () => {
    const recent = new RecentRows(1_000_000);
    for (const position of [5, 6, 7]) recent.push(row(position));
    expect([4, 5, 6, 7, 8].map((position) => recent.at(position)?.position)).toEqual([
      undefined,
      5,
      6,
      7,
      undefined,
    ]);
  });

  it('forgets the oldest beyond its bound, and keeps the newest even where it is larger', () => {
    const recent = new RecentRows(10_000);
    for (let position = 1; position <= 5_000; position++) {
      recent.push(row(position));
      expect(recent.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(recent.at(4_990)).toBeUndefined();
    expect(recent.at(4_999)?.position).toBe(4_999);
    recent.push(row(5_001, 100));
    expect(recent.at(5_001)?.changes).toHaveLength(100);
    expect(recent.at(5_000)).toBeUndefined();
  });

  it('begins anew where positions leave a gap', () => {
    const recent = new RecentRows(1_000_000);
    recent.push(row(1));
    recent.push(row(9));
    expect(recent.at(1)).toBeUndefined();
    expect(recent.at(9)?.position).toBe(9);
  });
});
