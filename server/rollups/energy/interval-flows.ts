import { cadenceAt, isUsual } from './cadence.js';
import type { Flow } from './flow.js';
import { isPossible } from './possible.js';
import { isConfirmed, isTyped, samplesOf, type EnergyReading } from './sample.js';

const DAY_MS = 86_400_000;

export interface IntervalFlows {
  /** Samples that count. */
  readonly chain: readonly EnergyReading[];
  readonly flows: readonly Flow[];
  /** Samples whose energy is suspect; the span, ms, where it is known. */
  readonly suspects: readonly { readonly sample: EnergyReading; readonly spanMs: number | undefined }[];
}

/** The UTC day that a value belongs to: one of midnight is of the day that ends. */
export const intervalDayOf = (ms: number): number => Math.floor((ms - 1) / DAY_MS);

/**
 * The energy of an interval measurand, from its readings in the order of time: each is what flowed since the one before. Of
 * whole UTC days (by {@link intervalDayOf}) only, since a day's readings are of one stream.
 */
export function intervalFlows(readings: readonly EnergyReading[]): IntervalFlows {
  const clockDays = new Set<number>();
  for (const { ms, class: each } of readings) if (each === 'clock') clockDays.add(intervalDayOf(ms));
  const chain = samplesOf(
    readings.filter(
      (reading) =>
        reading.edit?.origin === 'inserted' ||
        (reading.class === 'clock') === clockDays.has(intervalDayOf(reading.ms)),
    ),
    { zerosLast: false },
  );
  const suspects: { sample: EnergyReading; spanMs: number | undefined }[] = [];
  const flows = chain.map((sample, at) => {
    const spanMs = spanOf(chain, at);
    const flow = flowOf(sample, spanMs);
    if (flow.kind === 'suspect') suspects.push({ sample, spanMs });
    return flow;
  });
  return { chain, flows, suspects };
}

/** undefined: nothing tells how long it was. */
function spanOf(chain: readonly EnergyReading[], at: number): number | undefined {
  const sample = chain[at];
  const before = chain[at - 1];
  if (sample !== undefined && before !== undefined) {
    const span = sample.ms - before.ms;
    if (isUsual(span, chain, at)) return span;
  }
  return cadenceAt(chain, at);
}

function flowOf(sample: EnergyReading, spanMs: number | undefined): Flow {
  const { ms, value, session } = sample;
  if (value < 0 || (spanMs !== undefined && !isConfirmed(sample) && !isPossible(value, spanMs))) {
    return { kind: 'suspect', wh: Math.abs(value), fromMs: ms, toMs: ms, session, stepMs: null, ends: null };
  }
  const [fromMs, toMs] = spanMs === undefined ? [ms - 1, ms - 1] : [ms - spanMs, ms];
  const kind = isTyped(sample) ? 'estimated' : 'measured';
  return { kind, wh: value, fromMs, toMs, session, stepMs: null, ends: null };
}
