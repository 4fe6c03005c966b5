import { chargePointName, PREFIX } from '../engine/charge-point-names.js';
import { scenarioKind } from '../options/scenarios.js';
import type { Plan } from './plan.js';

export const SIMULATE_PREFIX = `${PREFIX}SIM-`;

/** Ids of all charge points of a plan, those of `meterpulse simulate` included. */
export function chargePointsOf({ parts, simulate }: Pick<Plan, 'parts' | 'simulate'>): string[] {
  const fleets = parts.filter(({ scenario }) => scenarioKind(scenario).beside === null);
  return [
    ...fleets.flatMap(({ name, users }) =>
      Array.from({ length: users }, (_, number) => chargePointName({ prefix: PREFIX }, name, number)),
    ),
    ...Array.from({ length: simulate?.chargePoints ?? 0 }, (_, index) => `${SIMULATE_PREFIX}${index + 1}`),
  ];
}
