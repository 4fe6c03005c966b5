import type { RollupRow } from '../../../store/rollups/rollup-row.js';
import type { Finding } from './finding.js';

/** What never stays quite the same while it is measured. A register may rest, a battery be full, and what is offered is a setting. */
const MEASURED = /^(Power\.(Active|Reactive)\.(Import|Export)|Current\.(Import|Export)|Voltage)$/;
const HOUR_MS = 3_600_000;

export const canBeStuck = (measurand: string): boolean => MEASURED.test(measurand);

/**
 * A value other than 0 that stays the same through whole hours of one UTC day.
 *
 * @param hours of one UTC day, in the order of time.
 */
export function stuckValues(
  hours: readonly RollupRow[],
  { stuckHours, stuckSamples }: { readonly stuckHours: number; readonly stuckSamples: number },
): Finding[] {
  const found: Finding[] = [];
  let run: RollupRow[] = [];
  const end = (): void => {
    const [first, last] = [run[0], run.at(-1)];
    const samples = run.reduce((sum, { count }) => sum + count, 0);
    if (run.length >= stuckHours && samples >= stuckSamples && first?.min != null) {
      const [fromMs, toMs] = [first.firstMs ?? first.bucketMs, last?.lastMs ?? first.bucketMs];
      found.push({ rule: 'stuck', fromMs, toMs, evidence: { value: first.min, hours: run.length, samples } });
    }
    run = [];
  };
  for (const hour of hours) {
    const last = run.at(-1);
    if (last !== undefined && (hour.bucketMs !== last.bucketMs + HOUR_MS || hour.min !== last.min)) end();
    if (hour.count > 0 && hour.min === hour.max && hour.min !== 0) run.push(hour);
    else end();
  }
  end();
  return found;
}
