/** docs/energy.md, "Energy of a charging session": what each 15 minutes of a series hold of a session. */
import { sumOf } from './bucket-rows.js';
import type { Flow } from './energy-flow.js';
import { HOUR_MS, MINUTE_MS, QUARTER_MS, bucketOf, grouped, type Reading, type SliceRow } from './model.js';
import { namedSession, type Sample } from './samples.js';
import type { Part } from './spread.js';

export interface SliceSource {
  readonly series: string;
  readonly readings: readonly Reading[];
  readonly samples: readonly Sample[];
  /** Null for a series of power. */
  readonly parts: readonly Part[] | null;
  /** Steps of a register; none for other series. */
  readonly steps: readonly Flow[];
}

export function slicesOf({ series, readings, samples, parts, steps }: SliceSource): SliceRow[] {
  const sampled = grouped(samples, ({ timeMs, session }) => keyOf(timeMs, session));
  const flowed = grouped(parts ?? [], ({ bucketMs, session }) => keyOf(bucketMs, session));
  const ended = new Set<string | null>();
  for (const reading of readings) {
    if (reading.context === 'Transaction.End') ended.add(keyOf(reading.timestampMs, namedSession(reading)));
  }
  const powers = parts === null ? powersOfSamples(samples) : powersOfSteps(steps);

  const rows: SliceRow[] = [];
  for (const key of new Set([...sampled.keys(), ...flowed.keys(), ...ended])) {
    if (key === null) continue;
    const [bucketMs, transaction] = JSON.parse(key) as [number, string];
    const within = sampled.get(key) ?? [];
    const energy = parts === null ? null : (flowed.get(key) ?? []);
    rows.push({
      series,
      bucketMs,
      transaction,
      firstMs: within[0]?.timeMs ?? null,
      lastMs: within.at(-1)?.timeMs ?? null,
      measuredWh: energy && sumOf(energy, 'measured'),
      estimatedWh: energy && sumOf(energy, 'estimated'),
      suspectWh: energy && sumOf(energy, 'suspect'),
      maxPowerW: powers.get(key) ?? null,
      isEnded: ended.has(key),
    });
  }
  return rows;
}

function keyOf(timeMs: number, session: string | null): string | null {
  return session === null ? null : JSON.stringify([bucketOf(timeMs, QUARTER_MS), session]);
}

function powersOfSamples(samples: readonly Sample[]): Map<string | null, number> {
  const powers = new Map<string | null, number>();
  for (const { timeMs, session, value } of samples) raise(powers, keyOf(timeMs, session), value);
  return powers;
}

/** Mean powers of steps, in the bucket of their end. */
function powersOfSteps(steps: readonly Flow[]): Map<string | null, number> {
  const powers = new Map<string | null, number>();
  for (const { fromMs, toMs, wh, session } of steps) {
    const lengthMs = toMs - fromMs;
    if (lengthMs >= MINUTE_MS) raise(powers, keyOf(toMs, session), wh / (lengthMs / HOUR_MS));
  }
  return powers;
}

function raise(powers: Map<string | null, number>, key: string | null, watts: number): void {
  powers.set(key, Math.max(powers.get(key) ?? watts, watts));
}
