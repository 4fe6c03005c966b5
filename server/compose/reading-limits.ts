import type { Config } from '../../config/config.js';

/** What makes a timestamp acceptable; gateway and worker must judge by the same. */
export function readingLimits(config: Config): { maxAheadMs: number; minTimestampMs: number } {
  return { maxAheadMs: config.READING_MAX_AHEAD_MS, minTimestampMs: Date.parse(config.READING_MIN_TIME) };
}
