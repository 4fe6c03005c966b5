import type { LiveReading } from '../../../../protocol/live/change.js';
import { compareSeries, seriesKey } from '../../../charts/series.js';

/** A charge point may send under any name it likes; beyond so many series the rest is left out, and said to be. */
const MAX_SERIES = 500;

/** The newest reading of each series of one charge point. */
export class LatestReadings {
  readonly #readings = new Map<string, LiveReading>();
  #leftOut = 0;

  /** Series that found no room. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Late ones, which are older than what is known, change nothing. */
  add(reading: LiveReading): void {
    const key = keyOf(reading);
    const known = this.#readings.get(key);
    // ISO 8601 in UTC sorts as text.
    if (known !== undefined && known.timestamp > reading.timestamp) return;
    if (known === undefined && this.#readings.size >= MAX_SERIES) this.#leftOut += 1;
    else this.#readings.set(key, reading);
  }

  /** The series is left without a value until its next one: what was before is not known here. */
  remove(reading: LiveReading): void {
    const key = keyOf(reading);
    if (this.#readings.get(key)?.timestamp === reading.timestamp) this.#readings.delete(key);
  }

  clear(): void {
    this.#readings.clear();
    this.#leftOut = 0;
  }

  /** By measurand, each with its series in order; the usual measurands first. */
  byMeasurand(): ReadonlyMap<string, readonly LiveReading[]> {
    const groups = new Map<string, LiveReading[]>();
    for (const reading of this.#readings.values()) {
      const group = groups.get(reading.measurand);
      if (group === undefined) groups.set(reading.measurand, [reading]);
      else group.push(reading);
    }
    const sorted = [...groups].sort(([a], [b]) => rankOf(a) - rankOf(b) || a.localeCompare(b));
    for (const [, group] of sorted) group.sort(compareSeries);
    return new Map(sorted);
  }
}

/** What people look for first. */
const USUAL = [
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'SoC',
  'Current.Import',
  'Voltage',
  'Power.Active.Export',
  'Energy.Active.Export.Register',
  'Temperature',
];

function rankOf(measurand: string): number {
  const rank = USUAL.indexOf(measurand);
  return rank === -1 ? USUAL.length : rank;
}

const keyOf = (reading: LiveReading): string => `${reading.measurand}\n${seriesKey(reading)}`;
