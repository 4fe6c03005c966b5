import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DASHBOARDS } from '../../scripts/observability/dashboards/dashboards.js';
import { alerts, ruleGroups } from '../../scripts/observability/rule-files.js';
import { parsePage } from '../harness/doc-page.js';
import { prometheusUnavailable } from '../harness/promtool.js';
import { PrometheusServer, type Target } from './system/prometheus-server.js';
import type { RoleProcess } from './system/role-process.js';
import type { System } from './system/system.js';
import { Traffic } from './system/traffic.js';
import { withSystem } from './system/with-system.js';
import { until } from './until.js';

/** Panels that are empty while all is well, or for which this system lacks something. */
const EMPTY: readonly string[] = [
  'gateway: Leniencies',
  'gateway: Commands',
  'store: Flushes begun again',
  'worker: Failures',
  'api: Errors by route',
  'api: Exported rows',
  'api: Requests to the memory of answers',
  // There are no replicas.
  'store: Fit',
  'store: Behind the primary',
  'store: Reads',
  'store: Run again elsewhere',
];

const queries = DASHBOARDS.flatMap(({ name, rows }) =>
  rows
    .flatMap(({ panels }) => panels)
    .map(({ title, queries: asked }) => ({
      panel: `${name}: ${title}`,
      expressions: asked.map(({ expr }) => asAsked(expr)),
    })),
);

/** What Grafana makes of its variables. */
function asAsked(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '30s')
    .replaceAll('"$namespace"', '"test"')
    .replaceAll('"$pod"', '".*"');
}

async function targets(system: System): Promise<Target[]> {
  const roles: [string, RoleProcess | undefined][] = [
    ['gateway', system.gateway],
    ['worker', system.workers[0]],
    ['api', system.api],
    ['live', system.live],
  ];
  return Promise.all(
    roles.map(async ([role, process]) => ({
      job: `meterpulse-${role}`,
      port: (await process?.port(/^health and metrics on /)) ?? 0,
    })),
  );
}

const missing = prometheusUnavailable();

describe.skipIf(missing !== undefined)(`a Prometheus${missing === undefined ? '' : ` (${missing})`}`, () => {
  it('has what every panel, rule and runbook asks for, of a system that works, and no alert fires', async () => {
    await withSystem({ brokers: null, live: true }, async (system) => {
      const prometheus = await PrometheusServer.start(await targets(system));
      const stop = new AbortController();
      const traffic = goOn(system, stop.signal);
      // Awaited at the end; until then a failure must not count as unhandled.
      traffic.catch(() => undefined);
      try {
        for (const { panel, expressions } of queries) {
          for (const expression of expressions) {
            const isThere = async (): Promise<boolean> => (await prometheus.series(expression)) > 0;
            if (EMPTY.includes(panel)) await isThere();
            else await until(`${panel} has data: ${expression}`, isThere);
          }
        }
        const page = parsePage('docs/runbooks.md', readFileSync('docs/runbooks.md', 'utf8'));
        for (const { language, code } of page.blocks)
          if (language === 'promql') await prometheus.series(code);

        const rules = await prometheus.rules();
        expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
        expect(rules.map(({ name }) => name)).toEqual(
          expect.arrayContaining(alerts(ruleGroups()).map(({ alert }) => alert)),
        );
        expect(await prometheus.firing()).toEqual([]);
        stop.abort();
        await traffic;
        await system.api.kill9();
        const down = 'up{job="meterpulse-api"} == 0';
        await until('the API is seen to be down', async () => (await prometheus.series(down)) === 1);
      } finally {
        stop.abort();
        await traffic.catch(() => undefined);
        await prometheus.dispose();
      }
    });
  });

  it('is asked only for what the dashboards have', () => {
    const panels = queries.map(({ panel }) => panel);
    expect(EMPTY.filter((panel) => !panels.includes(panel))).toEqual([]);
  });
});

/** Traffic until the signal aborts. */
async function goOn(system: System, signal: AbortSignal): Promise<void> {
  const traffic = new Traffic(system);
  while (!signal.aborted) {
    await traffic.round({ connections: 10, messages: 200, subscriptions: 20, queries: 10 });
  }
}
