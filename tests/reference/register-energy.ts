/** docs/energy.md, "Energy of a register", 2 to 6. */
import { cadenceAt, isPossible, type Flow, type SeriesEnergy, type Suspect } from './energy-flow.js';
import type { Reading, Series, Session } from './model.js';
import type { Semantics } from './register-semantics.js';
import { classOf, samplesOf, type Sample } from './samples.js';

/** Where registers roll over: by their digits, or by their 32 bits. */
const ROLLOVERS = [1e7, 1e8, 1e9, 2 ** 32, 1e10, 1e11, 1e12];

interface Left {
  readonly remaining: Sample[];
  readonly suspects: Suspect[];
}

export function energyOfRegister(
  series: Series,
  readings: readonly Reading[],
  sessions: readonly Session[],
  semantics: Semantics,
): SeriesEnergy {
  const chain = samplesOf(series, countingReadings(readings, semantics), sessions);
  const isOfSession = semantics.kind === 'session';
  const withoutZeros = leaveOutPlaceholders(chain, isOfSession);
  const withoutSpikes = leaveOutSpikes(withoutZeros.remaining, isOfSession);
  const steps = takeSteps(withoutSpikes.remaining, chain, isOfSession);
  return {
    flows: steps.flows,
    suspects: [...withoutZeros.suspects, ...withoutSpikes.suspects, ...steps.suspects],
  };
}

/** 2. Chain. */
function countingReadings(
  readings: readonly Reading[],
  { ignoresClock, ignoresBoundary }: Semantics,
): Reading[] {
  return readings.filter(({ context }) => {
    if (classOf(context) === 'clock') return !ignoresClock;
    if (classOf(context) === 'boundary') return !ignoresBoundary;
    return true;
  });
}

/** Whether v has a session and u another or none. */
function beginsSession(u: Sample, v: Sample): boolean {
  return v.session !== null && u.session !== v.session;
}

/** 3. Zero placeholders. */
function leaveOutPlaceholders(chain: readonly Sample[], isOfSession: boolean): Left {
  const remaining: Sample[] = [];
  const suspects: Suspect[] = [];
  let at = 0;
  for (let sample = chain[at]; sample !== undefined; sample = chain[at]) {
    let length = 0;
    while (chain[at + length]?.value === 0) length += 1;
    if (length === 0) {
      remaining.push(sample);
      at += 1;
      continue;
    }
    const a = chain[at - 1];
    const b = chain[at + length];
    const isPlaceholder =
      length <= 2 &&
      a !== undefined &&
      b !== undefined &&
      a.value > 0 &&
      b.value >= a.value &&
      isPossible(b.value - a.value, b.timeMs - a.timeMs) &&
      !(isOfSession && beginsSession(a, b)) &&
      chain.slice(at, at + length).every(({ isConfirmed }) => !isConfirmed);
    if (isPlaceholder) suspects.push({ atMs: sample.timeMs, wh: a.value, session: sample.session });
    else remaining.push(...chain.slice(at, at + length));
    at += length;
  }
  return { remaining, suspects };
}

/** 4. Spikes and dips. */
function leaveOutSpikes(chain: readonly Sample[], isOfSession: boolean): Left {
  const excesses = chain.map((p, at) => excessOf(chain[at - 1], p, chain[at + 1], isOfSession));
  const remaining: Sample[] = [];
  const suspects: Suspect[] = [];
  chain.forEach((p, at) => {
    const excess = excesses[at] ?? null;
    const before = excesses[at - 1] ?? null;
    const after = excesses[at + 1] ?? null;
    const isLeftOut =
      excess !== null && (before === null || before < excess) && (after === null || after <= excess);
    if (isLeftOut) suspects.push({ atMs: p.timeMs, wh: excess, session: p.session });
    else remaining.push(p);
  });
  return { remaining, suspects };
}

/** Null when p is no spike and no dip. */
function excessOf(
  a: Sample | undefined,
  p: Sample,
  b: Sample | undefined,
  isOfSession: boolean,
): number | null {
  if (a === undefined || b === undefined || a.value > b.value || p.isConfirmed) return null;
  if (!isPossible(b.value - a.value, b.timeMs - a.timeMs)) return null;
  if (isOfSession && (beginsSession(a, p) || beginsSession(p, b))) return null;
  if (p.value > b.value) return p.value - b.value;
  if (p.value < a.value) return a.value - p.value;
  return null;
}

/** 5. Steps, and 6. whether they are measured. */
function takeSteps(remaining: readonly Sample[], chain: readonly Sample[], isOfSession: boolean) {
  const flows: Flow[] = [];
  const suspects: Suspect[] = [];
  for (let at = 1; at < remaining.length; at++) {
    const [u, v] = [remaining[at - 1], remaining[at]];
    if (u === undefined || v === undefined) continue;
    if (isOfSession && beginsSession(u, v)) continue;
    const session = u.session === v.session ? v.session : null;
    const lengthMs = v.timeMs - u.timeMs;
    const d = v.value - u.value;
    const isDoubted = d >= 0 && !isPossible(d, lengthMs);
    if (isDoubted && !v.isConfirmed) {
      suspects.push({ atMs: v.timeMs, wh: d, session });
      continue;
    }
    const wh = d >= 0 ? d : rolledOver(u, v, lengthMs);
    if (wh === null) continue;
    const cadence = cadenceAt(chain, chain.indexOf(v));
    const isGap = cadence === null || lengthMs > 3 * cadence;
    const isBelievable = !isGap || (v.isConfirmed && !isPossible(wh, lengthMs));
    const isEstimated = u.isTyped || v.isTyped || !isBelievable;
    flows.push({ fromMs: u.timeMs, toMs: v.timeMs, wh, isEstimated, session });
  }
  return { flows, suspects };
}

/** The energy of a step down, when the register rolled over; else null: it was reset. */
function rolledOver({ value: u }: Sample, to: Sample, lengthMs: number): number | null {
  const { value: v, isConfirmed } = to;
  const end = ROLLOVERS.find((each) => each > u);
  if (end === undefined || u < 0.99 * end || v > 0.01 * end) return null;
  const wh = end - u + v;
  return isConfirmed || isPossible(wh, lengthMs) ? wh : null;
}
