import { describe, expect, it } from 'vitest';
import { compareSeries, seriesKey, seriesName, type Series } from './series.js';

const series = (of: Partial<Series>): Series => ({
  evseId: 0,
  connectorId: 1,
  phase: '',
  location: 'Outlet',
  unit: 'A',
  ...of,
});

describe('series', () => {
  it('are named by what tells them apart', () => {
    const all = [series({}), series({ phase: 'L1' }), series({ phase: 'L2' })];
    expect(all.map((one) => seriesName(one, all))).toEqual(['All phases', 'L1', 'L2']);
    const places = [series({}), series({ connectorId: 2 }), series({ connectorId: 0 })];
    expect(places.map((one) => seriesName(one, places))).toEqual([
      'Connector 1',
      'Connector 2',
      'Main meter',
    ]);
    expect(seriesName(series({}), [series({})])).toBe('Connector 1');
    expect(seriesName(series({ evseId: 2, connectorId: 0 }), [series({})])).toBe('EVSE 2');
  });

  it('have keys that no name can imitate', () => {
    expect(seriesKey(series({ phase: 'L1", "' }))).not.toBe(
      seriesKey(series({ phase: 'L1', location: '", "Outlet' })),
    );
  });

  it('stand by place, then by phase, all phases first', () => {
    const all = [series({ phase: 'L2' }), series({ connectorId: 2 }), series({ phase: 'L1' }), series({})];
    expect(all.sort(compareSeries).map(({ connectorId, phase }) => `${connectorId}${phase}`)).toEqual([
      '1',
      '1L1',
      '1L2',
      '2',
    ]);
  });
});
