/** How much of a payload is judged by its schema: an error in each of half a million elements must not cost half a million errors. */
import type { Json } from '../leniency.js';

/** A frame of as many characters is judged whole. */
export const WHOLE_UP_TO = 16 * 1024;
/** Of a larger frame, each list is judged by so many of its first elements, ... */
export const JUDGED_ELEMENTS = 32;
/** ... and all of it by so many values. */
const JUDGED_VALUES = 10_000;

/** The payload, or of one in a large frame as much as is judged. undefined: it has more values than any real message. */
export function payloadSample(payload: Json, frameLength: number): unknown {
  return frameLength <= WHOLE_UP_TO ? payload : new Sampling().sample(payload);
}

class Sampling {
  private left = JUDGED_VALUES;

  sample(payload: Json): unknown {
    const sample = this.of(payload);
    return this.left < 0 ? undefined : sample;
  }

  private of(value: unknown): unknown {
    if (--this.left < 0 || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.slice(0, JUDGED_ELEMENTS).map((element) => this.of(element));
    const entries: [string, unknown][] = [];
    for (const key in value) {
      if (this.left < 0) break;
      entries.push([key, this.of((value as Json)[key])]);
    }
    return Object.fromEntries(entries);
  }
}
