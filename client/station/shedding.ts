/** What of a full outbox can go. */
export interface Sheddable {
  readonly bytes: number;
  /** A sample between others, of which a reader can do without: never what a bill is made of. */
  readonly thinnable: boolean;
}

/** After shedding so much of the bound is used at most, so that not every further message sheds anew. */
const LOW_WATER = 0.75;

/**
 * Which of the waiting messages (oldest first) are given up when they have more than `maxBytes`: of the thinnable ones every
 * other, oldest first; when that isn't enough, every other of the rest, and so on, so that what stays is spread over the
 * whole time. What isn't thinnable stays, also where the bound is exceeded by it.
 */
export function thinOut<T extends Sheddable>(waiting: readonly T[], maxBytes: number): ReadonlySet<T> {
  const shed = new Set<T>();
  let bytes = waiting.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= maxBytes) return shed;
  let left = waiting.filter(({ thinnable }) => thinnable);
  while (bytes > maxBytes * LOW_WATER && left.length > 0) {
    const kept: T[] = [];
    left.forEach((each, index) => {
      // The newest of all tells how things stand now: it goes last.
      const goes = index % 2 === 0 && (index < left.length - 1 || left.length === 1);
      if (goes && bytes > maxBytes * LOW_WATER) {
        shed.add(each);
        bytes -= each.bytes;
      } else kept.push(each);
    });
    left = kept;
  }
  return shed;
}
