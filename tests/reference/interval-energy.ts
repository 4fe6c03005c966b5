/** docs/energy.md, "Energy of intervals". */
import { cadenceAt, isPossible, type Flow, type SeriesEnergy, type Suspect } from './energy-flow.js';
import { DAY_MS, bucketOf, type Reading, type Series, type Session } from './model.js';
import { samplesOf } from './samples.js';

export function energyOfInterval(
  series: Series,
  readings: readonly Reading[],
  sessions: readonly Session[],
): SeriesEnergy {
  const samples = samplesOf(series, countingReadings(readings), sessions);
  const flows: Flow[] = [];
  const suspects: Suspect[] = [];
  samples.forEach(({ timeMs, value, session, isTyped, isConfirmed }, at) => {
    const spanMs = spanBefore(samples, at);
    if (value < 0) {
      suspects.push({ atMs: timeMs, wh: -value, session });
    } else if (spanMs !== null && !isConfirmed && !isPossible(value, spanMs)) {
      suspects.push({ atMs: timeMs, wh: value, session });
    } else {
      // Of the only sample, all is in the last millisecond.
      flows.push({ fromMs: timeMs - (spanMs ?? 1), toMs: timeMs, wh: value, isEstimated: isTyped, session });
    }
  });
  return { flows, suspects };
}

/** Of a UTC day only its Sample.Clock readings, where it has any. */
function countingReadings(readings: readonly Reading[]): Reading[] {
  const daysWithClock = new Set<number>();
  for (const reading of readings) if (reading.context === 'Sample.Clock') daysWithClock.add(dayOf(reading));
  return readings.filter(
    (reading) =>
      reading.typed === 'inserted' ||
      reading.context === 'Sample.Clock' ||
      !daysWithClock.has(dayOf(reading)),
  );
}

/** A sample at midnight belongs to the day that ends. */
function dayOf({ timestampMs }: Reading): number {
  return bucketOf(timestampMs - 1, DAY_MS);
}

/** Over how long the value of a sample flows; null for the only sample of a series. */
function spanBefore(samples: readonly { readonly timeMs: number }[], at: number): number | null {
  const cadence = cadenceAt(samples, at);
  if (cadence === null) return null;
  const before = samples[at - 1];
  const sample = samples[at];
  if (before === undefined || sample === undefined) return cadence;
  const spanMs = sample.timeMs - before.timeMs;
  return spanMs <= 3 * cadence ? spanMs : cadence;
}
