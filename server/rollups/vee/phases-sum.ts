import type { HourOfSeries } from '../../../store/rollups/connector-hours.js';
import { energyKindOf } from '../energy/measurands.js';
import { areApart, isCovered, soundWh, type ConnectorHour } from './connector-hour.js';
import type { Finding } from './finding.js';
import type { Thresholds } from './thresholds.js';

const HOUR_MS = 3_600_000;
/** Names of three phases: the ones that come first are compared. */
const PHASES = [
  ['L1', 'L2', 'L3'],
  ['L1-N', 'L2-N', 'L3-N'],
];
const POWER = /^Power\.(Active|Reactive)\.(Import|Export)$/;

/** The three phases of a measurand against its total, in one hour: energy, or mean power of as many samples. */
export function phasesSums(
  { hourMs, series }: ConnectorHour,
  { phasesShare, phasesWh }: Thresholds,
): (Finding & { readonly seriesId: number })[] {
  return series
    .filter(({ phase }) => phase === '')
    .flatMap((total) => {
      const parts = partsOf(total, series);
      const whole = amountOf(total);
      const amounts = parts.map(amountOf);
      if (whole === null || parts.length === 0 || amounts.includes(null)) return [];
      if (isPowerOf(total) && parts.some(({ row }) => row?.count !== total.row?.count)) return [];
      const sum = amounts.reduce<number>((all, each) => all + (each ?? 0), 0);
      if (!areApart(sum, whole, phasesShare, phasesWh)) return [];
      const evidence = { total: whole, sum, phases: amounts.map((each) => each ?? 0), unit: total.unit };
      const [fromMs, toMs] = [hourMs, hourMs + HOUR_MS];
      return [{ seriesId: total.seriesId, rule: 'phases_sum' as const, fromMs, toMs, evidence }];
    });
}

function partsOf(total: HourOfSeries, series: readonly HourOfSeries[]): readonly HourOfSeries[] {
  const alike = series.filter(
    ({ measurand, location, unit }) =>
      measurand === total.measurand && location === total.location && unit === total.unit,
  );
  for (const phases of PHASES) {
    const parts = phases.flatMap((phase) => alike.filter((each) => each.phase === phase));
    if (parts.length === phases.length) return parts;
  }
  return [];
}

const isPowerOf = ({ measurand }: HourOfSeries): boolean => POWER.test(measurand);

/** Wh, or the mean of power; null: it can't be compared. */
function amountOf(hour: HourOfSeries): number | null {
  if (energyKindOf(hour.measurand) !== null) return soundWh(hour);
  const { row } = hour;
  if (!isPowerOf(hour) || row === null || !isCovered(row) || row.sum === null || row.conflicts > 0)
    return null;
  return row.sum / row.count;
}
