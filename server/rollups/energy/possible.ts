/** The most that a CCS connector carries: 500 A at 1,000 V. */
export const MAX_POWER_W = 500_000;
/** The step of the coarsest registers, Wh. */
export const COARSEST_STEP_WH = 1_000;
const HOUR_MS = 3_600_000;

/** The most energy that a charge point can have passed in so much time. */
export function possibleWh(ms: number): number {
  return (MAX_POWER_W * ms) / HOUR_MS + COARSEST_STEP_WH;
}

/** Whether a charge point can have passed so much energy in so much time. */
export function isPossible(wh: number, ms: number): boolean {
  return wh <= possibleWh(ms);
}
