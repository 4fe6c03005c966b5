import type { WindowReading } from '../compute-rollups.js';
import { directionOf } from '../energy/measurands.js';
import { samplesOf } from '../energy/sample.js';
import type { Finding } from './finding.js';
import type { RuleWindow } from './rule-window.js';

/** What is older than this when it comes is history, not a clock that is behind. */
const LONGEST_BEHIND_MS = 7 * 86_400_000;
/** Samples on each side of one that have to lag behind as it does. */
const ALIKE = 2;
/** A drift that one of so many samples before shows already is known. With {@link ALIKE} what neighbourhood.ts has read around. */
const KNOWN = 6;
const DAY_MS = 86_400_000;

/**
 * Where a clock turns out to be off, by the time at which samples were received, and once a UTC day while it stays off. One sample from
 * the future shows a clock that is ahead. Five in a row that lag evenly show one that is behind; what was kept while offline, or is
 * imported, comes at once, and so lags unevenly. Of imported energy in all only: one series tells of the clock.
 */
export function clockDrifts({ measurand, unit, phase, readings }: RuleWindow, tolerance: number): Finding[] {
  if (phase !== '' || directionOf({ measurand, unit }) !== 'import') return [];
  if (!readings.some(({ ms, receivedMs }) => Math.abs(ms - receivedMs) > tolerance)) return [];
  const samples = samplesOf(readings, { zerosLast: true });
  const offsets = samples.map((_, at) => offsetAt(samples, at, tolerance));
  return samples.flatMap(({ ms, receivedMs }, at): Finding[] => {
    const offset = offsets[at] ?? 0;
    if (offset === 0) return [];
    for (let before = Math.max(0, at - KNOWN); before < at; before++) {
      const known = offsets[before] ?? 0;
      const isOfTheDay = dayOf(samples[before]?.ms ?? NaN) === dayOf(ms);
      if (known !== 0 && isOfTheDay && Math.abs(known - offset) <= tolerance) return [];
    }
    const evidence = { offsetSeconds: offset / 1_000, receivedAt: new Date(receivedMs).toISOString() };
    return [{ rule: 'clock_drift', fromMs: ms, toMs: ms, evidence }];
  });
}

/** By how much the clock is ahead, ms; below 0: behind; 0: nothing shows that it is off. */
function offsetAt(samples: readonly WindowReading[], at: number, tolerance: number): number {
  const sample = samples[at];
  if (sample === undefined) return 0;
  const ahead = sample.ms - sample.receivedMs;
  if (ahead > tolerance) return ahead;
  if (ahead >= -tolerance || at < ALIKE) return 0;
  const around = samples.slice(at - ALIKE, at + ALIKE + 1);
  const [first, last] = [around[0], around.at(-1)];
  if (around.length <= 2 * ALIKE || first === undefined || last === undefined) return 0;
  const lags = around.map(({ ms, receivedMs }) => receivedMs - ms);
  const [least, most] = [Math.min(...lags), Math.max(...lags)];
  if (least <= tolerance || most > LONGEST_BEHIND_MS) return 0;
  return most - least <= (last.ms - first.ms) / 2 ? -least : 0;
}

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
