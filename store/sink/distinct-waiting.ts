import type { Reading } from '../../protocol/reading.js';

/** A reading of a StopTransaction whose Start is not known. */
export interface WaitingReading {
  /** Of its transaction. */
  readonly id: number;
  /** Its connector is `CONNECTOR_OF_SESSION`. */
  readonly reading: Reading;
  /** ms since 1970 UTC. */
  readonly receivedAtMs: number;
}

/**
 * Readings that wait, each once. Of the same one told with different quality the fewer bits stand, as they do for stored
 * ones.
 */
export class DistinctWaiting<T extends WaitingReading> {
  private readonly byKey = new Map<string, T>();

  /** Answers whether it is a new one. */
  add(told: T): boolean {
    const key = keyOf(told);
    const known = this.byKey.get(key);
    if (known === undefined || told.reading.quality < known.reading.quality) {
      const { quality } = told.reading;
      this.byKey.set(key, known === undefined ? told : { ...known, reading: { ...known.reading, quality } });
    }
    return known === undefined;
  }

  /** In the order in which they came. */
  get all(): T[] {
    return [...this.byKey.values()];
  }
}

/** No two readings share a text: names that can be stored have no NUL. */
function keyOf({ id, reading }: WaitingReading): string {
  const { timestampMs, context, measurand, phase, location, unit, evseId, value } = reading;
  return [id, timestampMs, context, measurand, phase, location, unit, evseId, value].join('\0');
}
