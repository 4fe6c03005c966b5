import type { HourOfSeries } from '../../../store/rollups/connector-hours.js';
import { countingSeries } from '../energy/counting-series.js';
import { directionOf, isPower } from '../energy/measurands.js';
import { areApart, isCovered, soundWh, type ConnectorHour } from './connector-hour.js';
import type { Finding } from './finding.js';
import type { Thresholds } from './thresholds.js';

const HOUR_MS = 3_600_000;
/** Power is sampled at least every five minutes: of less the mean says little. */
const SAMPLES = 12;

/** The energy of a connector in one hour against the power that was measured beside it. */
export function energyAgainstPower(
  { hourMs, series }: ConnectorHour,
  { powerShare, powerWh }: Thresholds,
): (Finding & { readonly seriesId: number })[] {
  const withRow = series.filter(({ row, ...of }) => row !== null && directionOf(of) === 'import');
  const counted = countingSeries(withRow);
  const [energy, ...others] = withRow.filter(({ seriesId }) => counted.get(seriesId) !== 0);
  // The phases that add up to it are the business of another rule.
  if (energy === undefined || others.length > 0 || energy.phase !== '') return [];
  const power = series.find(
    (each) => isPower(each) && each.phase === '' && each.location === energy.location && isDense(each),
  );
  const wh = soundWh(energy);
  if (power === undefined || wh === null) return [];
  const integratedWh = integrated(power);
  if (!areApart(wh, integratedWh, powerShare, powerWh)) return [];
  const evidence = { registeredWh: wh, integratedWh };
  const { seriesId } = energy;
  return [{ seriesId, rule: 'energy_power', fromMs: hourMs, toMs: hourMs + HOUR_MS, evidence }];
}

function isDense({ row }: HourOfSeries): boolean {
  return row !== null && row.count >= SAMPLES && isCovered(row) && row.conflicts === 0;
}

/** Wh from the first sample to the last one. */
function integrated({ row }: HourOfSeries): number {
  if (row === null || row.sum === null || row.firstMs === null || row.lastMs === null) return NaN;
  return ((row.sum / row.count) * (row.lastMs - row.firstMs)) / HOUR_MS;
}
