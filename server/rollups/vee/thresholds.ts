import { FINDING_RULES } from '../../../helpers/finding-rules.js';
import type { Rule } from './finding.js';

/** What the rules go by; docs/findings.md gives the source of each number. */
export interface Thresholds {
  /** Those that are on. */
  readonly rules: ReadonlySet<Rule>;
  /** A gap is at least so long, ms. */
  readonly gapMs: number;
  /** A clock is off by more than this, ms. */
  readonly clockDriftMs: number;
  /** A value is stuck when it stays the same for so many whole hours, in at least so many samples. */
  readonly stuckHours: number;
  readonly stuckSamples: number;
  /** Phases and their total differ by more than this share of the greater, and by more than this in an hour, Wh. */
  readonly phasesShare: number;
  readonly phasesWh: number;
  /** The same of a register and the power that was measured beside it. */
  readonly powerShare: number;
  readonly powerWh: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  rules: new Set(FINDING_RULES),
  gapMs: 900_000,
  clockDriftMs: 300_000,
  stuckHours: 12,
  stuckSamples: 24,
  phasesShare: 0.05,
  phasesWh: 1_000,
  powerShare: 0.25,
  powerWh: 1_000,
};
