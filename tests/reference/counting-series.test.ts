import { describe, expect, it } from 'vitest';
import { energyReference, seriesText, type Series } from './energy-reference.js';
import { REGISTER, facts, readings } from './facts.js';

const ANY = { chargePointId: 'CP-1', evseId: 0, connectorId: 1, location: 'Outlet', phase: '', unit: 'Wh' };
const IMPORT = 'Energy.Active.Import';

function of(changes: Partial<Series>): Series {
  return { ...REGISTER, ...ANY, ...changes };
}

/** countsAs of each, in the order given, on a day on which all have a sample. */
function counts(...all: readonly Series[]): number[] {
  const { buckets1d } = energyReference(facts(all.flatMap((series) => readings(series, [['10:00', 5]]))));
  return all.map((series) => buckets1d.find((row) => row.series === seriesText(series))?.countsAs ?? -1);
}

describe('of a connector', () => {
  it('registers come before intervals, whatever their location and phase', () => {
    const interval = of({ measurand: `${IMPORT}.Interval` });
    expect(counts(interval)).toEqual([2]);
    expect(counts(interval, of({ location: 'EV', phase: 'L1-N' }))).toEqual([0, 2]);
  });

  it('Outlet comes before Inlet, Cable, EV, Body and all others', () => {
    const locations = ['Outlet', 'Inlet', 'Cable', 'EV', 'Body', 'Upstream'];
    for (let first = 0; first < locations.length; first++) {
      const rest = locations.slice(first);
      const [best, ...others] = counts(...rest.map((location) => of({ location })));
      expect([best, ...others]).toEqual([2, ...others.map(() => 0)]);
    }
  });

  it('of locations with other names one counts', () => {
    expect(counts(of({ location: 'Upstream' }), of({ location: 'Cellar' }))).toEqual([0, 2]);
  });

  it('the total comes before the phases, which are added up, and these before those to neutral', () => {
    const phases = ['L1', 'L2', 'L3'].map((phase) => of({ phase }));
    const toNeutral = ['L1-N', 'L3-N'].map((phase) => of({ phase }));
    expect(counts(of({}), ...phases)).toEqual([2, 0, 0, 0]);
    expect(counts(...toNeutral, ...phases)).toEqual([0, 0, 2, 2, 2]);
    expect(counts(...toNeutral)).toEqual([2, 2]);
  });

  it('other phases, units and measurands never count', () => {
    expect(
      counts(
        of({ phase: 'N' }),
        of({ unit: 'varh', measurand: 'Energy.Reactive.Import.Register' }),
        of({ unit: 'MWh' }),
        of({ measurand: 'Energy.Active.Net' }),
      ),
    ).toEqual([0, 0, 0, 0]);
  });

  it('import and export count side by side', () => {
    expect(counts(of({}), of({ measurand: 'Energy.Active.Export.Interval' }))).toEqual([2, 2]);
  });
});

describe('of a charge point', () => {
  it('connectors count, and its main meter is for its own place alone', () => {
    expect(counts(of({ connectorId: 0 }), of({ connectorId: 1 }), of({ connectorId: 2 }))).toEqual([1, 2, 2]);
    expect(counts(of({ connectorId: 0 }))).toEqual([2]);
    // A connector with nothing that counts doesn't stand before it.
    expect(counts(of({ connectorId: 0 }), of({ phase: 'N' }))).toEqual([2, 0]);
  });

  it('an EVSE as a whole gives way to its own connectors, the main meter to any EVSE', () => {
    const whole = of({ evseId: 1, connectorId: 0 });
    const other = of({ evseId: 2, connectorId: 0 });
    const connector = of({ evseId: 1, connectorId: 1 });
    const main = of({ connectorId: 0 });
    expect(counts(whole, other, connector, main)).toEqual([1, 2, 2, 1]);
  });

  it('gives way by direction only', () => {
    const exported = 'Energy.Active.Export.Register';
    expect(counts(of({ connectorId: 0 }), of({ measurand: exported }))).toEqual([2, 2]);
  });

  it('is judged by the series that have a row of the day', () => {
    const main = of({ connectorId: 0 });
    const { buckets1d } = energyReference(
      facts([
        ...readings(main, [
          ['10:00', 1],
          ['1 10:00', 1],
        ]),
        ...readings(of({}), [['1 10:00', 1]]),
      ]),
    );
    const ofMain = buckets1d.filter(({ series }) => series === seriesText(main));
    expect(ofMain.map(({ countsAs }) => countsAs)).toEqual([2, 1]);
  });
});
