import { expect, it } from 'vitest';
import { countingSeries, CountsAs, type EnergySeries } from './counting-series.js';

const register = (seriesId: number, overrides: Partial<EnergySeries> = {}): EnergySeries => ({
  seriesId,
  evseId: 0,
  connectorId: 1,
  measurand: 'Energy.Active.Import.Register',
  phase: '',
  location: 'Outlet',
  unit: 'Wh',
  ...overrides,
});

it('counts one of two locations that the protocol has no name for: they measure the same energy', () => {
  const series = [register(1, { location: 'Upstream' }), register(2, { location: 'Grid' })];
  const expected = new Map([
    [1, CountsAs.NOTHING],
    [2, CountsAs.CHARGE_POINT],
  ]);
  expect(countingSeries(series)).toEqual(expected);
  expect(countingSeries([...series].reverse())).toEqual(expected);
});

it('adds up the phases of one location', () => {
  const phases = ['L1', 'L2', 'L3'].map((phase, index) => register(index, { phase, location: 'Grid' }));
  expect([...countingSeries(phases).values()]).toEqual([2, 2, 2]);
});
