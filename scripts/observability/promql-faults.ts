import type { KnownMetric } from './known-metric.js';
import { TARGET_LABELS, type KnownMetrics } from './known-metrics.js';
import { readPromql, type Matcher, type Selector } from './read-promql.js';

/** What an expression asks for that nobody tells: a metric, a label, a value that a label never has. A line each. */
export function promqlFaults(expression: string, known: KnownMetrics): string[] {
  const { selectors, groupingLabels } = readPromql(expression);
  const metrics = selectors.flatMap(({ metric }) => known.get(metric) ?? []);
  const labels = new Set([...TARGET_LABELS.labels, ...metrics.flatMap((metric) => metric.labels)]);
  return [
    ...selectors.flatMap((selector) => selectorFaults(selector, known)),
    ...groupingLabels
      .filter((label) => !labels.has(label))
      .map((label) => `nothing in it has the label ${label}: ${expression}`),
  ];
}

function selectorFaults({ metric, matchers }: Selector, known: KnownMetrics): string[] {
  const found = known.get(metric);
  if (found === undefined) return [`nobody tells ${metric || 'a metric without a name'}`];
  return matchers.flatMap((matcher) => matcherFault(metric, matcher, found) ?? []);
}

function matcherFault(
  metric: string,
  { label, operator, value }: Matcher,
  found: KnownMetric,
): string | undefined {
  const isOfTarget = TARGET_LABELS.labels.includes(label);
  if (!isOfTarget && !found.labels.includes(label)) return `${metric} has no label ${label}`;
  const values = (isOfTarget ? TARGET_LABELS : found).values[label];
  if (values === undefined || value.startsWith('$')) return undefined;
  const wanted = operator.endsWith('~')
    ? value.split('|')
    : [value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  const isTaken = (each: string): boolean => wanted.some((one) => new RegExp(`^(?:${one})$`).test(each));
  const never = wanted.find((each) => !values.some((one) => new RegExp(`^(?:${each})$`).test(one)));
  if (never !== undefined) return `${label} of ${metric} is never ${never}, only ${values.join(', ')}`;
  const whole = label === 'le' ? values.find((each) => /^\d+$/.test(each) && isTaken(each)) : undefined;
  if (whole === undefined || isTaken(`${whole}.0`)) return undefined;
  return `le of ${metric} is ${whole}.0 from version 3 of Prometheus on: ask for =~"${whole}(.0)?"`;
}
