/** Spans on each side of one that tell what is usual around it. */
const AROUND = 3;
/** Of the spans, from the longest: two gaps among seven don't pass for the usual. */
const RANK = 2;
/** A step of up to this many cadences is measured. */
const MEASURED_CADENCES = 3;

interface Timed {
  readonly ms: number;
}

/**
 * What is usual around the span that ends at sample `at`, ms: the third longest of the (at most seven) spans from three before
 * it to three after it, the shortest of fewer than three. undefined when there is none.
 */
export function cadenceAt(samples: readonly Timed[], at: number): number | undefined {
  const spans: number[] = [];
  for (let index = Math.max(1, at - AROUND); index <= at + AROUND; index++) {
    const before = samples[index - 1];
    const after = samples[index];
    if (before === undefined || after === undefined) break;
    spans.push(after.ms - before.ms);
  }
  spans.sort((a, b) => b - a);
  return spans[Math.min(RANK, spans.length - 1)];
}

/** Whether a span that ends at sample `at` is no gap. */
export function isUsual(ms: number, samples: readonly Timed[], at: number): boolean {
  const cadence = cadenceAt(samples, at);
  return cadence === undefined || ms <= MEASURED_CADENCES * cadence;
}
