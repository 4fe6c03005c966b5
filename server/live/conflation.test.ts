import { describe, expect, it } from 'vitest';
import { edited, feedRow, inserted, replaced, type Unplaced } from '../../tests/harness/live-changes.js';
import { Conflation } from './conflation.js';
import { routeRow } from './live-row.js';
import { SiteMap } from './site-map.js';

function conflate(...changes: readonly Unplaced[]) {
  const conflation = new Conflation();
  for (const routed of routeRow(feedRow(1, ...changes), new SiteMap()).changes) conflation.add(routed);
  return conflation;
}
const ids = (conflation: Conflation, max = 100) => conflation.take(max).map(({ change }) => change.changeId);
const at = (minute: number) => ({ timestamp: `2026-03-10T06:0${minute}:00.000Z` });

describe('Conflation', () => {
  it('keeps the newest of each series, and says how many it left out', () => {
    const conflation = conflate(inserted(at(0)), inserted({ ...at(0), connectorId: 2 }), inserted(at(1)));
    expect(conflation.takeSkipped()).toBe(1);
    expect(conflation.takeSkipped()).toBe(0);
    expect(ids(conflation)).toEqual(['1.1', '1.2']);
  });

  it('keeps what is newest by its own time, whatever came last', () => {
    const conflation = conflate(inserted(at(5)), inserted(at(3)));
    expect(conflation.takeSkipped()).toBe(1);
    expect(ids(conflation)).toEqual(['1.0']);
  });

  it('keeps the correction of the newest', () => {
    expect(
      ids(
        conflate(inserted({ ...at(5), value: 1 }), replaced({ ...at(5), value: 1 }, { ...at(5), value: 2 })),
      ),
    ).toEqual(['1.1']);
  });

  it('keeps every change of charge points, in the order of the feed', () => {
    const conflation = conflate(
      edited({}, { label: 'a' }),
      inserted(at(0)),
      edited({}, { label: 'b' }),
      inserted(at(1)),
    );
    expect(ids(conflation)).toEqual(['1.0', '1.2', '1.3']);
  });

  it('gives a part at a time, and goes on', () => {
    const conflation = conflate(...[1, 2, 3].map((connectorId) => inserted({ connectorId })));
    expect(ids(conflation, 2)).toEqual(['1.0', '1.1']);
    expect(conflation.size).toBe(1);
    expect(ids(conflation, 2)).toEqual(['1.2']);
    expect(ids(conflation, 2)).toEqual([]);
  });
});
