import type { OverloadLevel } from './overload.js';

/** Intervals are up to this share longer or shorter, so that charge points that booted together drift apart. */
const SPREAD = 0.1;
/** From this level on intervals are stretched by the whole factor. */
const FULL_STRETCH_LEVEL = 3;
const LONGEST_S = 86_400;

/**
 * Seconds between heartbeats for a charge point that boots now: about `baseS`, and up to `stretch` times of it under load.
 * It holds until the charge point boots again.
 */
export function heartbeatInterval(
  baseS: number,
  stretch: number,
  level: OverloadLevel,
  random: () => number = Math.random,
): number {
  const factor = 1 + ((stretch - 1) * Math.min(level, FULL_STRETCH_LEVEL)) / FULL_STRETCH_LEVEL;
  const spread = 1 + SPREAD * (2 * random() - 1);
  return Math.min(LONGEST_S, Math.max(1, Math.round(baseS * factor * spread)));
}
