import type { SeriesFacts } from '../../store/rollups/series-facts.js';
import { dryRun, type DryRun, type DryRunOptions } from '../rollups/dry-run.js';
import type { Finding, Rule } from '../rollups/vee/finding.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../rollups/vee/thresholds.js';
import { thresholdsOf } from './thresholds.js';
import { withCommandPool } from './with-command-pool.js';

export interface FindingsRequest extends Pick<
  DryRunOptions,
  'fromMs' | 'toMs' | 'chargePointIds' | 'signal' | 'onProgress'
> {
  /** Instead of what is configured. */
  readonly thresholds: Partial<Thresholds>;
  /** Findings that are given one by one, at most. */
  readonly examples: number;
}

export interface FindingsReport extends DryRun {
  readonly findings: number;
  readonly byRule: ReadonlyMap<Rule, number>;
  readonly byChargePoint: ReadonlyMap<string, number>;
  readonly examples: readonly { readonly series: SeriesFacts; readonly finding: Finding }[];
}

/** The `findings` command. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export function runFindings({
  thresholds,
  examples: most,
  ...range
}: FindingsRequest): Promise<FindingsReport> {
  return withCommandPool('findings', async (pool, config) => {
    const byRule = new Map<Rule, number>();
    const byChargePoint = new Map<string, number>();
    const examples: { series: SeriesFacts; finding: Finding }[] = [];
    let findings = 0;
    const ran = await dryRun({
      ...range,
      pool,
      // Where all rules are off, all are asked.
      thresholds: { ...(thresholdsOf(config) ?? DEFAULT_THRESHOLDS), ...thresholds },
      onFinding: (series, finding) => {
        findings += 1;
        count(byRule, finding.rule);
        count(byChargePoint, series.chargePointId);
        if (examples.length < most) examples.push({ series, finding });
      },
    });
    return { ...ran, findings, byRule, byChargePoint, examples };
  });
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
