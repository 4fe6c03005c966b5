import { isUsual } from './cadence.js';
import type { Flow } from './flow.js';
import { isPossible } from './possible.js';
import { isConfirmed, isTyped, samplesOf, type EnergyReading } from './sample.js';
import type { Semantics } from './semantics.js';
import { isRestart, sift, type Suspect } from './suspects.js';

/** Where registers roll over, Wh. Smaller ones could be a session's. */
const MODULI = [1e7, 1e8, 1e9, 2 ** 32, 1e10, 1e11, 1e12];
const NEAR_THE_END = 0.99;
const NEAR_THE_START = 0.01;

/** From one sample that counts to the next one. */
export interface Step {
  readonly from: EnergyReading;
  readonly to: EnergyReading;
}

export interface RegisterFlows {
  /** Samples that were looked at, those that were left out included. */
  readonly chain: readonly EnergyReading[];
  readonly flows: readonly Flow[];
  /** Samples that were left out. */
  readonly suspects: readonly Suspect[];
  /** Steps down that are no rollover, and no session's start. */
  readonly resets: readonly Step[];
  /** Steps up of more than can have flowed. */
  readonly impossible: readonly Step[];
}

/**
 * The energy of a register, from its readings in the order of time. `docs/energy.md` has the rules, and the numbers
 * of its steps.
 */
export function registerFlows(readings: readonly EnergyReading[], semantics: Semantics): RegisterFlows {
  const chain = samplesOf(readings.filter(isOfTheRegister(semantics)), { zerosLast: true });
  const { kept, suspects } = sift(chain, semantics);
  const flows: Flow[] = suspects.map(({ sample, wh }) => suspectAt(sample.ms, wh, sample.session));
  const resets: Step[] = [];
  const impossible: Step[] = [];
  let at = 0;
  for (let index = 1; index < kept.length; index++) {
    const u = kept[index - 1];
    const v = kept[index];
    if (u === undefined || v === undefined || isRestart(u, v, semantics)) continue;
    const wh = energyOf(u, v);
    if (wh === null) {
      resets.push({ from: u, to: v });
      continue;
    }
    const session = u.session === v.session ? v.session : null;
    const stepMs = v.ms - u.ms;
    const isDoubted = !isPossible(wh, stepMs);
    if (isDoubted && !isConfirmed(v)) {
      flows.push(suspectAt(v.ms, wh, session));
      impossible.push({ from: u, to: v });
      continue;
    }
    while (chain[at] !== v) at += 1;
    const isMeasured = !isTyped(u) && !isTyped(v) && (isDoubted || isUsual(stepMs, chain, at));
    const kind = isMeasured ? 'measured' : 'estimated';
    const ends = { from: u.value, to: v.value };
    flows.push({ kind, wh, fromMs: u.ms, toMs: v.ms, session, stepMs, ends });
  }
  return { chain, flows, suspects, resets, impossible };
}

const isOfTheRegister =
  ({ ignoresClock, ignoresBoundary }: Semantics) =>
  (reading: EnergyReading): boolean =>
    !(ignoresClock && reading.class === 'clock') && !(ignoresBoundary && reading.class === 'boundary');

const suspectAt = (ms: number, wh: number, session: number | null): Flow => ({
  kind: 'suspect',
  wh,
  fromMs: ms,
  toMs: ms,
  session,
  stepMs: null,
  ends: null,
});

/** null: the register was reset. */
function energyOf(u: EnergyReading, v: EnergyReading): number | null {
  if (v.value >= u.value) return v.value - u.value;
  const modulus = MODULI.find((each) => each > u.value);
  if (modulus === undefined || u.value < NEAR_THE_END * modulus || v.value > NEAR_THE_START * modulus) {
    return null;
  }
  const wrapped = modulus - u.value + v.value;
  return isConfirmed(v) || isPossible(wrapped, v.ms - u.ms) ? wrapped : null;
}
