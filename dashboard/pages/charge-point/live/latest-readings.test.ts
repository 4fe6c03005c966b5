import { describe, expect, it } from 'vitest';
import { liveReading as reading } from '../../../../tests/harness/live-data.js';
import { LatestReadings } from './latest-readings.js';

describe('the newest readings of a charge point', () => {
  it('are those with the newest time, whenever they come', () => {
    const latest = new LatestReadings();
    latest.add(reading({ timestamp: '2026-03-10T06:02:00.000Z', value: 2 }));
    latest.add(reading({ timestamp: '2026-03-10T06:01:00.000Z', value: 1 }));
    expect(
      latest
        .byMeasurand()
        .get('Power.Active.Import')
        ?.map(({ value }) => value),
    ).toEqual([2]);
  });

  it('take the new value of a reading that was corrected', () => {
    const latest = new LatestReadings();
    latest.add(reading({ value: 2 }));
    latest.add(reading({ value: 3 }));
    expect(
      latest
        .byMeasurand()
        .get('Power.Active.Import')
        ?.map(({ value }) => value),
    ).toEqual([3]);
  });

  it('stand by measurand, the usual ones first, and by phase', () => {
    const latest = new LatestReadings();
    latest.add(reading({ measurand: 'Acme.Humidity' }));
    latest.add(reading({ measurand: 'Voltage', phase: 'L2' }));
    latest.add(reading({ measurand: 'Voltage', phase: 'L1' }));
    latest.add(reading({}));
    const groups = latest.byMeasurand();
    expect([...groups.keys()]).toEqual(['Power.Active.Import', 'Voltage', 'Acme.Humidity']);
    expect(groups.get('Voltage')?.map(({ phase }) => phase)).toEqual(['L1', 'L2']);
  });

  it('lose one that is deleted, unless a newer one has taken its place', () => {
    const latest = new LatestReadings();
    latest.add(reading({ timestamp: '2026-03-10T06:02:00.000Z' }));
    latest.remove(reading({ timestamp: '2026-03-10T06:01:00.000Z' }));
    expect(latest.byMeasurand().size).toBe(1);
    latest.remove(reading({ timestamp: '2026-03-10T06:02:00.000Z' }));
    expect(latest.byMeasurand().size).toBe(0);
  });

  it('are bounded, and say what found no room', () => {
    const latest = new LatestReadings();
    for (let at = 0; at < 600; at += 1) latest.add(reading({ measurand: `Made.Up.${at}` }));
    expect(latest.byMeasurand().size).toBe(500);
    expect(latest.leftOut).toBe(100);
  });
});
