import { collectDefaultMetrics, Registry } from 'prom-client';
import { documented, ROLE_METRICS } from '../references/role-metrics.js';
import { EXTERNAL_METRICS } from './external-metrics.js';
import type { KnownMetric } from './known-metric.js';
import { readPromql } from './read-promql.js';
import { recordings, ruleGroups, type RecordingRule } from './rule-files.js';

export type KnownMetrics = ReadonlyMap<string, KnownMetric>;

/** What scraping adds to each series, by the PodMonitor, and by the configurations of compose and docs/observability.md. */
export const TARGET_LABELS: KnownMetric = {
  labels: ['namespace', 'pod', 'job', 'instance'],
  values: { job: ['gateway', 'worker', 'api', 'live', 'all'].map((role) => `meterpulse-${role}`) },
};

/** What the roles tell, from the registries that they fill; what Node tells of their processes; what the rules record. */
export async function knownMetrics(): Promise<KnownMetrics> {
  const known = new Map<string, KnownMetric>(Object.entries(EXTERNAL_METRICS));
  const ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode, prefix: 'meterpulse_' });
  const metrics = [
    await documented(ofNode),
    ...(await Promise.all(Object.values(ROLE_METRICS).map((read) => read()))),
  ];
  for (const { name, type, labels, values } of metrics.flat()) {
    const metric = { labels, values };
    if (type !== 'histogram') known.set(name, metric);
    else {
      for (const suffix of ['sum', 'count']) known.set(`${name}_${suffix}`, metric);
      known.set(`${name}_bucket`, { labels: [...labels, 'le'], values });
    }
  }
  for (const rule of recordings(ruleGroups())) {
    const labels = new Set([...(known.get(rule.record)?.labels ?? []), ...labelsOf(rule)]);
    known.set(rule.record, { labels: [...labels], values: {} });
  }
  return known;
}

/** Those that it groups by, or is given; a rule without either keeps those of what it is reckoned from. */
function labelsOf({ expr, labels }: RecordingRule): string[] {
  const { groupingLabels, selectors } = readPromql(expr);
  const ofObjectives = selectors.some(({ metric }) => metric.startsWith('meterpulse:slo_')) ? ['slo'] : [];
  return [...groupingLabels, ...Object.keys(labels ?? {}), ...ofObjectives];
}
