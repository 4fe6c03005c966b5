import { describe, expect, it } from 'vitest';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { sortedChargePoints, withChanges } from './sorted-charge-points.js';

function chargePoint(id: string, label = ''): LiveChargePoint {
  const createdAt = '2026-03-10T06:00:00.000Z';
  return { id, label, site: '', status: 'active', createdAt, updatedAt: createdAt, version: 1 };
}

const mapOf = (...rows: LiveChargePoint[]) => new Map(rows.map((row) => [row.id, row]));
const ids = (rows: readonly LiveChargePoint[]) => rows.map(({ id }) => id);

describe('charge points in order', () => {
  it('have what came, changed and went at its place, and leave the others as they are', () => {
    const [a, c, e] = [chargePoint('a'), chargePoint('c'), chargePoint('e')];
    const rows = sortedChargePoints(mapOf(e, a, c));
    expect(ids(rows)).toEqual(['a', 'c', 'e']);
    const renamed = chargePoint('e', 'Gate 9');
    const next = withChanges(rows, mapOf(a, renamed, chargePoint('d')), new Set(['c', 'd', 'e']));
    expect(ids(next)).toEqual(['a', 'd', 'e']);
    expect(next[0]).toBe(a);
    expect(next[2]).toBe(renamed);
    expect(ids(rows)).toEqual(['a', 'c', 'e']);
  });

  it('bear that one goes which never came', () => {
    expect(withChanges([], new Map(), new Set(['x']))).toEqual([]);
  });

  it('are the same whether few or many change at once', () => {
    const first = Array.from({ length: 500 }, (_, index) => chargePoint(`CP-${index * 2}`));
    const then = Array.from({ length: 500 }, (_, index) => chargePoint(`CP-${index * 3}`));
    const changed = new Set([...first, ...then].map(({ id }) => id));
    const byId = mapOf(...then);
    let oneByOne = sortedChargePoints(mapOf(...first));
    for (const id of changed) oneByOne = withChanges(oneByOne, byId, new Set([id]));
    expect(oneByOne).toEqual(withChanges(sortedChargePoints(mapOf(...first)), byId, changed));
  });
});
