import { beforeAll, describe, expect, it } from 'vitest';
import { DASHBOARDS } from './dashboards/dashboards.js';
import { EXTERNAL_METRICS } from './external-metrics.js';
import { knownMetrics, type KnownMetrics } from './known-metrics.js';
import { promqlFaults } from './promql-faults.js';
import { readPromql } from './read-promql.js';
import { ruleGroups } from './rule-files.js';

let known: KnownMetrics;
beforeAll(async () => {
  known = await knownMetrics();
});

const rules = ruleGroups().flatMap((group) =>
  group.rules.map(
    (rule) => [`${group.name}: ${'alert' in rule ? rule.alert : rule.record}`, rule.expr] as const,
  ),
);

describe('the rules of Prometheus', () => {
  it.each(rules)('%s names what somebody tells', (_, expression) => {
    expect(promqlFaults(expression, known)).toEqual([]);
  });
});

/** Told with each flush, by all outcomes; and what an API that answers has. */
const STANDS_WITH_THE_FIRST = ['meterpulse_worker_readings_total', 'meterpulse_api_http_request_seconds'];

describe('the counters of which a rule takes one value', () => {
  const picked = rules.flatMap(([, expression]) =>
    readPromql(expression).selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => /_(total|count)$/.test(metric) && label !== 'le')
        .map(({ label }) => [metric, label] as const),
    ),
  );

  it.each(picked)(
    '%s stands at 0 for each %s from the start, so that its first increase is one',
    (metric, label) => {
      if (STANDS_WITH_THE_FIRST.some((name) => metric.startsWith(name))) return;
      expect(known.get(metric)?.values[label]).not.toBe(undefined);
    },
  );
});

describe('an expression', () => {
  it.each([
    ['up{job="meterpulse-gateway"}'],
    ['sum by (namespace, pod) (rate(meterpulse_worker_flush_seconds_bucket{le="0.1"}[$__rate_interval]))'],
    ['meterpulse_process_resident_memory_bytes{namespace=~"$namespace"}'],
    ['meterpulse_worker_stored_age_seconds_bucket{le=~"10(.0)?"}'],
    ['meterpulse:slo_errors:ratio1h{slo="availability"}'],
    ['meterpulse_gateway_connections_total{outcome=~"accepted|over.+"}'],
  ])('%s has no fault', (expression) => {
    expect(promqlFaults(expression, known)).toEqual([]);
  });

  it.each([
    [
      'a metric that is misspelt',
      'rate(meterpulse_gateway_message_total[5m])',
      'nobody tells meterpulse_gateway_message_total',
    ],
    [
      'a histogram without its suffix',
      'meterpulse_gateway_ack_seconds',
      'nobody tells meterpulse_gateway_ack_seconds',
    ],
    ['a metric of others that nobody listed', 'node_load1', 'nobody tells node_load1'],
    ['a recorded series that no rule records', 'meterpulse:lag:sum', 'nobody tells meterpulse:lag:sum'],
    ['a label that it has not', 'meterpulse_gateway_messages_total{result="retry"}', 'has no label result'],
    ['a bucket of what is no histogram', 'meterpulse_log_lag_messages{le="1"}', 'has no label le'],
    [
      'a value that it never has',
      'meterpulse_gateway_connections_total{outcome="overload"}',
      'is never overload',
    ],
    [
      'one such of several',
      'meterpulse_gateway_connections_total{outcome=~"overloaded|refused"}',
      'is never refused',
    ],
    ['a bound that is none', 'meterpulse_worker_stored_age_seconds_bucket{le="15"}', 'is never 15'],
    [
      'a whole bound as version 2 alone writes it',
      'meterpulse_worker_stored_age_seconds_bucket{le="10"}',
      'is 10.0 from',
    ],
    ['a job that nobody has', 'up{job="gateway"}', 'is never gateway'],
    [
      'a label to group by that nothing has',
      'sum by (topic) (meterpulse_log_lag_messages)',
      'the label topic',
    ],
    ['a selector without a name', '{job="meterpulse-gateway"}', 'without a name'],
  ])('with %s is faulty', (_, expression, fault) => {
    expect(promqlFaults(expression, known).join('\n')).toContain(fault);
  });

  it.each(['sum by (', 'rate(up[5m]', 'up{job=}', 'up +'])('that is no PromQL is told: %s', (expression) => {
    expect(() => promqlFaults(expression, known)).toThrow('no PromQL');
  });

  it('is read with its selectors, their matchers, and what it groups by', () => {
    expect(readPromql('sum by (a) (rate(m_total{b="c", d=~"e|f"}[5m])) / on (g) group_left (h) n')).toEqual({
      selectors: [
        {
          metric: 'm_total',
          matchers: [
            { label: 'b', operator: '=', value: 'c' },
            { label: 'd', operator: '=~', value: 'e|f' },
          ],
        },
        { metric: 'n', matchers: [] },
      ],
      groupingLabels: ['a', 'g', 'h'],
    });
  });
});

describe('the list of metrics that others tell', () => {
  it('has none that nobody asks for', () => {
    const onDashboards = DASHBOARDS.flatMap(({ rows: all }) => all.flatMap(({ panels }) => panels))
      .flatMap(({ queries }) => queries)
      .map(({ expr }) => expr);
    const expressions = [...rules.map(([, expression]) => expression), ...onDashboards];
    const named = new Set(
      expressions.flatMap((expression) => readPromql(expression).selectors.map(({ metric }) => metric)),
    );
    expect(Object.keys(EXTERNAL_METRICS).filter((name) => !named.has(name))).toEqual([]);
  });
});
