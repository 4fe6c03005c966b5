/**
 * What one connector does in the four hours of the sample: its charging sessions, and power, energy and state of charge at
 * any second of them. Power is constant over a step of ten seconds, and energy is its exact integral.
 */
import type { Random } from '../helpers/seeded-random.js';

/** Length of the sample in seconds. */
export const DURATION = 4 * 3600;
const STEP = 10;

export interface Session {
  /** Seconds since the start of the sample; negative when the car was plugged in before it. */
  readonly begin: number;
  /** Seconds; past {@link DURATION} when the car stays longer. */
  readonly end: number;
  readonly transactionId: number;
  readonly peakWatts: number;
  readonly batteryWh: number;
  readonly startSoc: number;
  /** Seconds between which the supply was interrupted, or null. */
  readonly interruption: readonly [number, number] | null;
}

export interface Instant {
  readonly watts: number;
  /** Energy of the connector since it was installed, Wh. */
  readonly lifetimeWh: number;
  /** Energy of the session, Wh. */
  readonly sessionWh: number;
  readonly soc: number;
}

interface Step {
  readonly watts: number;
  /** Energy at the step's start, Wh. */
  readonly sessionWh: number;
}

/** Sessions of a connector, in order, with pauses between them. */
export function planSessions(random: Random, peakWatts: number, fast: boolean): Session[] {
  const sessions: Session[] = [];
  let begin = Math.floor(random() * 5400) - 3600;
  while (begin < DURATION - 1800) {
    const minutes = fast ? 40 + random() * 50 : 80 + random() * 110;
    const end = begin + Math.floor(minutes * 60);
    const middle = begin + Math.floor((end - begin) * 0.4);
    sessions.push({
      begin,
      end,
      transactionId: 100_000 + Math.floor(random() * 900_000),
      peakWatts: Math.round(peakWatts * (0.7 + 0.3 * random())),
      batteryWh: [40_000, 52_000, 64_000, 77_000, 100_000][Math.floor(random() * 5)] ?? 64_000,
      startSoc: Math.floor(8 + random() * 40),
      interruption: middle > 600 && random() < 0.06 ? [middle, middle + 240] : null,
    });
    begin = end + 300 + Math.floor(random() * (fast ? 2400 : 4200));
  }
  return sessions;
}

/** Runs a connector's sessions through; the answer tells its state at any second. */
export function simulateConnector(
  random: Random,
  sessions: readonly Session[],
  installedWh: number,
  fast: boolean,
): (second: number) => Instant {
  let lifetime = installedWh;
  const runs = sessions.map((session) => {
    const startWh = lifetime;
    const steps = simulateSession(random, session, fast);
    lifetime += steps.at(-1)?.sessionWh ?? 0;
    return { session, startWh, steps };
  });
  return (second) => {
    const run = runs.findLast(({ session }) => session.begin <= second);
    if (run === undefined) return { watts: 0, lifetimeWh: installedWh, sessionWh: 0, soc: 0 };
    const { session, startWh, steps } = run;
    const elapsed = Math.min(second, session.end) - session.begin;
    const index = Math.min(Math.floor(elapsed / STEP), steps.length - 1);
    const step = steps[index] ?? { watts: 0, sessionWh: 0 };
    const charging = second < session.end;
    const sessionWh = step.sessionWh + (step.watts * (elapsed - index * STEP)) / 3600;
    return {
      watts: charging ? step.watts : 0,
      lifetimeWh: startWh + sessionWh,
      sessionWh,
      soc: socAfter(session, sessionWh),
    };
  };
}

function simulateSession(random: Random, session: Session, fast: boolean): Step[] {
  const steps: Step[] = [];
  let sessionWh = 0;
  let drift = 0;
  for (let second = session.begin; second < session.end; second += STEP) {
    drift = 0.9 * drift + 0.01 * (random() - 0.5);
    const soc = socAfter(session, sessionWh);
    const rampUp = Math.min(1, (second - session.begin + STEP) / (fast ? 90 : 40));
    const interrupted =
      session.interruption !== null && second >= session.interruption[0] && second < session.interruption[1];
    const watts = interrupted
      ? 0
      : Math.round(session.peakWatts * rampUp * (fast ? taperFast(soc) : taperSlow(soc)) * (1 + drift));
    steps.push({ watts, sessionWh });
    sessionWh += (watts * STEP) / 3600;
  }
  steps.push({ watts: 0, sessionWh });
  return steps;
}

/** 7% of the energy is lost between the meter and the battery. */
function socAfter(session: Session, sessionWh: number): number {
  return Math.min(100, session.startSoc + (sessionWh * 0.93 * 100) / session.batteryWh);
}

/** Direct current: full power to 50%, then falling to a fifth at 90%. */
function taperFast(soc: number): number {
  if (soc >= 100) return 0;
  return Math.max(0.08, soc <= 50 ? 1 : 1 - 0.02 * (soc - 50));
}

/** Alternating current: full power nearly to the end. */
function taperSlow(soc: number): number {
  if (soc >= 100) return 0;
  return soc <= 95 ? 1 : 1 - 0.16 * (soc - 95);
}
