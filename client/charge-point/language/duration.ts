import { durationMs, UNITS_TO_DAYS } from '../../../helpers/duration.js';

const LONGEST_MS = 3_650 * 86_400_000;

/** `500ms`, `5s`, `1.5m`, `2h`, `7d` as whole milliseconds, ten years at most; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const ms = durationMs(text, UNITS_TO_DAYS) ?? Infinity;
  return ms <= LONGEST_MS ? ms : undefined;
}

/** A span as people say it: `8 ms`, `1.2 s`, `3 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${trimmed(ms / 60_000)} min`;
  return `${trimmed(ms / 3_600_000)} h`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
