import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { FINDING_RULES } from '../../helpers/finding-rules.js';
import type { Backlog } from '../../store/rollups/marks.js';
import { countersBy } from '../observability/counters-by.js';
import type { PassResult } from './rollup-pass.js';

export interface RollupMetrics {
  passed(result: PassResult, seconds: number): void;
  failed(): void;
}

/** @param readBacklog is asked when metrics are collected; a failure leaves the gauges as they are. */
export function createRollupMetrics(registry: Registry, readBacklog: () => Promise<Backlog>): RollupMetrics {
  const registers = [registry];
  const freshness = new Gauge({
    name: 'meterpulse_rollups_freshness_seconds',
    help: 'Age of the oldest change that the aggregates do not have yet; 0: they have all. The same in every worker.',
    registers,
    async collect() {
      const backlog = await readBacklog().catch(() => null);
      if (backlog === null) return;
      this.set(backlog.freshnessSeconds);
      marks.set(backlog.marks);
    },
  });
  const marks = new Gauge({
    name: 'meterpulse_rollups_backlog_marks',
    help: 'Marks of changes that the aggregates do not have yet. The same in every worker.',
    registers,
  });
  const seconds = new Histogram({
    name: 'meterpulse_rollups_pass_seconds',
    help: 'Time to compute what was marked of a shard, and to commit it.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `meterpulse_rollups_${name}_total`, help, registers });
  const spans = counter('spans', 'Spans of series that were computed.');
  const readings = counter('readings', 'Readings that were looked at to compute aggregates.');
  const changed = counter(
    'changed_rows',
    'Rows of aggregates that were written, or removed, since they changed.',
  );
  const failures = counter('failures', 'Passes that failed and will be tried again.');
  const findings = new Counter({
    name: 'meterpulse_rollups_findings_total',
    help: 'Findings of the rules of validation that came (change="found"), or went since readings no longer say so (change="gone"), by rule.',
    labelNames: ['rule', 'change'],
    registers,
  });
  const changes = {
    found: countersBy(FINDING_RULES, (rule) => findings.labels({ rule, change: 'found' })),
    gone: countersBy(FINDING_RULES, (rule) => findings.labels({ rule, change: 'gone' })),
  };
  freshness.set(0);
  return {
    passed(result, took) {
      seconds.observe(took);
      spans.inc(result.spans);
      readings.inc(result.readings);
      changed.inc(result.changed);
      for (const rule of FINDING_RULES) {
        changes.found[rule].inc(result.findings.found.get(rule) ?? 0);
        changes.gone[rule].inc(result.findings.gone.get(rule) ?? 0);
      }
    },
    failed: () => failures.inc(),
  };
}
