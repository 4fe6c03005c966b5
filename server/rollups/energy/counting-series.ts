import { directionOf, energyKindOf } from './measurands.js';

/** A series that measures energy. */
export interface EnergySeries {
  readonly seriesId: number;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
}

/** Of a series on a day: counted nowhere, as its connector's energy alone, or as its charge point's as well. */
export const CountsAs = { NOTHING: 0, CONNECTOR: 1, CHARGE_POINT: 2 } as const;
export type CountsAs = (typeof CountsAs)[keyof typeof CountsAs];

const LOCATIONS = ['Outlet', 'Inlet', 'Cable', 'EV', 'Body'];
const PHASES = [[''], ['L1', 'L2', 'L3'], ['L1-N', 'L2-N', 'L3-N']];

/** Which series of a charge point on one day are its energy, of those that measure the same: by `seriesId`. */
export function countingSeries(series: readonly EnergySeries[]): Map<number, CountsAs> {
  const counted = new Map<number, CountsAs>(series.map(({ seriesId }) => [seriesId, CountsAs.NOTHING]));
  for (const direction of ['import', 'export'] as const) {
    const chosen = bestOfEachPlace(series.filter((each) => directionOf(each) === direction));
    for (const each of chosen) {
      counted.set(each.seriesId, isPartOfTheWhole(each, chosen) ? CountsAs.CHARGE_POINT : CountsAs.CONNECTOR);
    }
  }
  return counted;
}

function bestOfEachPlace(series: readonly EnergySeries[]): EnergySeries[] {
  const best = new Map<string, EnergySeries[]>();
  for (const each of series) {
    if (phaseRank(each) < 0) continue;
    const place = `${each.evseId}/${each.connectorId}`;
    const known = best.get(place);
    const order = known?.[0] === undefined ? -1 : byRank(each, known[0]);
    if (order < 0) best.set(place, [each]);
    else if (order === 0) known?.push(each);
  }
  return [...best.values()].flat();
}

/** Those before another count in its place; those that are level with each other are parts of a whole. */
function byRank(a: EnergySeries, b: EnergySeries): number {
  return (
    kindRank(a) - kindRank(b) ||
    locationRank(a) - locationRank(b) ||
    // Places of other names measure the same energy each: one of them counts.
    (a.location === b.location ? 0 : a.location < b.location ? -1 : 1) ||
    phaseRank(a) - phaseRank(b)
  );
}

const kindRank = ({ measurand }: EnergySeries): number => (energyKindOf(measurand) === 'register' ? 0 : 1);

function locationRank({ location }: EnergySeries): number {
  const known = LOCATIONS.indexOf(location);
  return known < 0 ? LOCATIONS.length : known;
}

/** -1: it never counts. */
const phaseRank = ({ phase }: EnergySeries): number => PHASES.findIndex((phases) => phases.includes(phase));

/** A meter of several places doesn't count where these have meters of their own. */
function isPartOfTheWhole({ evseId, connectorId }: EnergySeries, all: readonly EnergySeries[]): boolean {
  if (connectorId !== 0) return true;
  if (evseId !== 0) return !all.some((other) => other.evseId === evseId && other.connectorId !== 0);
  return !all.some((other) => other.evseId !== 0 || other.connectorId !== 0);
}
