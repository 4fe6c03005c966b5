import { describe, expect, it } from 'vitest';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { filtered, isFiltered, readFilter, sitesOf } from './filter.js';

function chargePoint(of: Partial<LiveChargePoint>): LiveChargePoint {
  const createdAt = '2026-03-10T06:00:00.000Z';
  return {
    id: 'x',
    label: '',
    site: '',
    status: 'active',
    createdAt,
    updatedAt: createdAt,
    version: 1,
    ...of,
  };
}

const ROWS = [
  chargePoint({ id: 'CP-1', label: 'Gate Nine', site: 'Depot' }),
  chargePoint({ id: 'CP-2', site: 'Depot', status: 'held' }),
  chargePoint({ id: 'cp-10' }),
];
const shown = (query: string) => filtered(ROWS, readFilter(new URLSearchParams(query))).map(({ id }) => id);

describe('the filter of the charge points', () => {
  it('shows all while nothing is asked', () => {
    const filter = readFilter(new URLSearchParams());
    expect(filtered(ROWS, filter)).toBe(ROWS);
    expect(isFiltered(filter)).toBe(false);
  });

  it.each([
    ['search=cp-1', ['CP-1', 'cp-10']],
    ['search=+gate+nine+', ['CP-1']],
    ['search=(.*', []],
    ['site=Depot', ['CP-1', 'CP-2']],
    ['site=Depot&status=held', ['CP-2']],
    ['noSite=1', ['cp-10']],
    ['status=nonsense', ['CP-1', 'CP-2', 'cp-10']],
  ])('%s shows %j', (query, ids) => {
    expect(shown(query)).toEqual(ids);
  });

  it('offers each site that there is', () => {
    expect([...sitesOf(ROWS)]).toEqual([
      ['', 1],
      ['Depot', 2],
    ]);
  });
});
