import { describe, expect, it } from 'vitest';
import { dayBegin, dayNumber } from './charging-day.js';
import { Fleet, type SampleMessage } from './sample-month.js';

const OPTIONS = { chargePoints: 12, intervalS: 300 };
/** A Monday. */
const FIRST = dayNumber(Date.parse('2026-03-02T12:00:00Z'));
const WEEK = [0, 1, 2, 3, 4, 5, 6].map((day) => FIRST + day);

const fleet = new Fleet(OPTIONS);
const messages = WEEK.flatMap((day) => fleet.day(day));

function registers(from: readonly SampleMessage[]): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const { chargePointId, payload } of from) {
    for (const { sampledValue } of payload.meterValue) {
      const energy = sampledValue.find(({ measurand = 'Energy.Active.Import.Register' }) =>
        measurand.startsWith('Energy'),
      );
      if (energy === undefined) continue;
      const key = `${chargePointId}/${payload.connectorId}`;
      const wh = Number(energy.value) * (energy.unit === 'kWh' ? 1000 : 1);
      series.set(key, [...(series.get(key) ?? []), wh]);
    }
  }
  return series;
}

describe('the charging days of a fleet', () => {
  it('are the same whenever they are made, alone or in a series', () => {
    for (const day of [WEEK[3] ?? 0, WEEK[0] ?? 0]) {
      expect(new Fleet(OPTIONS).day(day)).toEqual(fleet.day(day));
    }
  });

  it('do not depend on how many charge points there are', () => {
    const [few = 0] = WEEK;
    const ids = new Set(
      new Fleet({ ...OPTIONS, chargePoints: 3 }).day(few).map((each) => each.chargePointId),
    );
    const ofThem = fleet.day(few).filter(({ chargePointId }) => ids.has(chargePointId));
    expect(new Fleet({ ...OPTIONS, chargePoints: 3 }).day(few)).toEqual(ofThem);
  });

  it('lie within their bounds, in the order of time', () => {
    for (const day of WEEK) {
      const times = fleet.day(day).map(({ timeMs }) => timeMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0]).toBeGreaterThanOrEqual(dayBegin(day));
      expect(times.at(-1)).toBeLessThan(dayBegin(day + 1));
    }
  });

  it('tell no reading twice', () => {
    const keys = messages.flatMap(({ chargePointId, timeMs, payload }) =>
      payload.meterValue.flatMap(({ sampledValue }) =>
        sampledValue.map(({ measurand, phase, context = 'Sample.Periodic' }) =>
          [chargePointId, payload.connectorId, timeMs, measurand, phase, context].join(' '),
        ),
      ),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('let lifetime registers rise from day to day, and never fall', () => {
    const rising = [...registers(messages).values()].filter((values) => (values[0] ?? 0) > 1_000_000);
    expect(rising.length).toBeGreaterThan(5);
    for (const values of rising) expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it('take power from the grid by day, and hardly any in the small hours', () => {
    const hours = messages
      .filter(({ payload }) => payload.meterValue[0]?.sampledValue[0]?.context !== 'Sample.Clock')
      .map(({ timeMs }) => new Date(timeMs).getUTCHours());
    const within = (from: number, to: number): number =>
      hours.filter((hour) => hour >= from && hour < to).length / (to - from);
    expect(within(15, 20)).toBeGreaterThan(3 * within(3, 5));
  });

  it.each([0, 1_700_000_000_000, Date.parse('2030-12-31T23:59:59Z')])('hold for any date (%d)', (instant) => {
    const day = dayNumber(instant);
    for (const { payload } of new Fleet(OPTIONS).day(day)) {
      for (const { sampledValue } of payload.meterValue)
        for (const { value } of sampledValue) expect(Number(value)).toBeGreaterThanOrEqual(0);
    }
  });
});
