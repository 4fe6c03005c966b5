/** Spans on each side of one that tell what is usual around it. */
const AROUND = 3;
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
  // Asked of every step: the three longest, without a list to sort.
  let [first, second, third] = [-Infinity, -Infinity, -Infinity];
  let count = 0;
  for (let index = Math.max(1, at - AROUND); index <= at + AROUND; index++) {
    const before = samples[index - 1];
    const after = samples[index];
    if (before === undefined || after === undefined) break;
    const span = after.ms - before.ms;
    count += 1;
    if (span > first) [first, second, third] = [span, first, second];
    else if (span > second) [second, third] = [span, second];
    else if (span > third) third = span;
  }
  if (count === 0) return undefined;
  return count === 1 ? first : count === 2 ? second : third;
}

/** Whether a span that ends at sample `at` is no gap. */
export function isUsual(ms: number, samples: readonly Timed[], at: number): boolean {
  const cadence = cadenceAt(samples, at);
  return cadence === undefined || ms <= MEASURED_CADENCES * cadence;
}
