import type { Row } from './row.js';

/** `max` sends as fast as the server answers; a number is the multiple of real time (1 is real time itself). */
export type Speed = 'max' | number;

/** A lone timestamp this far ahead of the others is a mistake, and nobody wants to wait for it. */
const OUTLIER_MS = 24 * 3600 * 1000;

/**
 * When each row is due, ms after the start of the run. The readings' own time sets the pace: a late row and one without a
 * timestamp go with the row before them. Null when nothing is to be waited for.
 */
export function schedule(rows: readonly Pick<Row, 'timestampMs'>[], speed: Speed): Float64Array | null {
  if (speed === 'max') return null;
  const due = new Float64Array(rows.length);
  const following = nextTimestamps(rows);
  let origin: number | null = null;
  let clock = 0;
  rows.forEach(({ timestampMs }, index) => {
    if (timestampMs !== null && origin === null) {
      origin = isAlone(timestampMs, following[index] ?? null) ? null : timestampMs;
    }
    if (timestampMs !== null && origin !== null) {
      const ahead = timestampMs - origin;
      const next = following[index] ?? null;
      const mistaken = ahead - clock > OUTLIER_MS && (next === null || next - origin - clock <= OUTLIER_MS);
      if (ahead > clock && !mistaken) clock = ahead;
    }
    due[index] = clock / speed;
  });
  return due;
}

/** Whether the first timestamp is far from the next one, in either direction. */
function isAlone(timestampMs: number, next: number | null): boolean {
  return next !== null && Math.abs(next - timestampMs) > OUTLIER_MS;
}

/** For each row the timestamp of the next row that has one. */
function nextTimestamps(rows: readonly Pick<Row, 'timestampMs'>[]): (number | null)[] {
  const following: (number | null)[] = new Array<number | null>(rows.length).fill(null);
  let next: number | null = null;
  for (let index = rows.length - 1; index >= 0; index--) {
    following[index] = next;
    next = rows[index]?.timestampMs ?? next;
  }
  return following;
}
