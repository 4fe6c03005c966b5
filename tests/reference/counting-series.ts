/** docs/energy.md, "Which series counts". */
import { byText, grouped, isInterval, isRegister, seriesText, type Series } from './model.js';

const DIRECTIONS = ['Energy.Active.Import', 'Energy.Active.Export'];
const LOCATIONS = ['Outlet', 'Inlet', 'Cable', 'EV', 'Body'];
const PHASES = [[''], ['L1', 'L2', 'L3'], ['L1-N', 'L2-N', 'L3-N']];

/** By series text: 2 or 1; what isn't there counts as 0. `series` are those that have a row of one UTC day. */
export function countsAs(series: readonly Series[]): Map<string, 1 | 2> {
  const counts = new Map<string, 1 | 2>();
  for (const direction of DIRECTIONS) {
    const ofDirection = series.filter((each) => isOfDirection(each, direction));
    for (const ofChargePoint of grouped(ofDirection, ({ chargePointId }) => chargePointId).values()) {
      const best = [...grouped(ofChargePoint, placeText).values()].flatMap(bestOfPlace);
      for (const each of best) counts.set(seriesText(each), isMeasuredBelow(each, best) ? 1 : 2);
    }
  }
  return counts;
}

function isOfDirection(series: Series, direction: string): boolean {
  if (series.unit !== 'Wh' || !PHASES.flat().includes(series.phase)) return false;
  return series.measurand === `${direction}.Register` || series.measurand === `${direction}.Interval`;
}

function placeText({ evseId, connectorId }: Series): string {
  return `${evseId}/${connectorId}`;
}

/** 1. The series of the best rank. */
function bestOfPlace(series: readonly Series[]): Series[] {
  const [best] = [...series].sort(byRank);
  return best === undefined ? [] : series.filter((each) => byRank(each, best) === 0);
}

function byRank(a: Series, b: Series): number {
  return (
    Number(isInterval(a)) - Number(isInterval(b)) ||
    Number(isRegister(b)) - Number(isRegister(a)) ||
    locationRank(a) - locationRank(b) ||
    // Of locations with other names one comes first, else the same energy would count twice.
    byText(a.location, b.location) ||
    phaseRank(a) - phaseRank(b)
  );
}

function locationRank({ location }: Series): number {
  const rank = LOCATIONS.indexOf(location);
  return rank === -1 ? LOCATIONS.length : rank;
}

function phaseRank({ phase }: Series): number {
  return PHASES.findIndex((phases) => phases.includes(phase));
}

/** 2. Whether connectors of the EVSE, or places of the charge point, measure what this one measures as a whole. */
function isMeasuredBelow({ evseId, connectorId }: Series, best: readonly Series[]): boolean {
  if (connectorId !== 0) return false;
  if (evseId === 0) return best.some((other) => other.evseId !== 0 || other.connectorId !== 0);
  return best.some((other) => other.evseId === evseId && other.connectorId !== 0);
}
