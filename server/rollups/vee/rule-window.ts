import type { EnergyFound, WindowReading } from '../compute-rollups.js';
import type { Conflict } from '../../../store/rollups/pass-spans.js';

/** What the rules of one series look at. */
export interface RuleWindow {
  readonly measurand: string;
  readonly phase: string;
  readonly unit: string;
  /** Whole buckets that findings begin in; ms since 1970 UTC, the end not included. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As they were delivered, in the order of time; also those around the buckets that findings in them depend on. */
  readonly readings: readonly WindowReading[];
  /** How the energy of these readings is found; null: the series has none. */
  readonly energy: EnergyFound | null;
  /** Of the buckets. */
  readonly conflicts: readonly Conflict[];
}
