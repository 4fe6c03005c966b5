import type { Config } from '../../config/config.js';
import type { Thresholds } from '../rollups/vee/thresholds.js';

/** What the rules of validation go by, as it is configured; null: all are off. */
export function thresholdsOf(
  config: Pick<
    Config,
    | 'VEE_RULES'
    | 'VEE_GAP_SECONDS'
    | 'VEE_CLOCK_DRIFT_SECONDS'
    | 'VEE_STUCK_HOURS'
    | 'VEE_STUCK_SAMPLES'
    | 'VEE_PHASES_PERCENT'
    | 'VEE_PHASES_WH'
    | 'VEE_POWER_PERCENT'
    | 'VEE_POWER_WH'
  >,
): Thresholds | null {
  if (config.VEE_RULES.length === 0) return null;
  return {
    rules: new Set(config.VEE_RULES),
    gapMs: config.VEE_GAP_SECONDS * 1_000,
    clockDriftMs: config.VEE_CLOCK_DRIFT_SECONDS * 1_000,
    stuckHours: config.VEE_STUCK_HOURS,
    stuckSamples: config.VEE_STUCK_SAMPLES,
    phasesShare: config.VEE_PHASES_PERCENT / 100,
    phasesWh: config.VEE_PHASES_WH,
    powerShare: config.VEE_POWER_PERCENT / 100,
    powerWh: config.VEE_POWER_WH,
  };
}
