import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { knownMetrics, type KnownMetrics } from '../known-metrics.js';
import { promqlFaults } from '../promql-faults.js';
import { alerts, ruleGroups } from '../rule-files.js';
import { dashboardFile, DASHBOARD_FOLDER, DASHBOARDS } from './dashboards.js';
import { variableQueries } from './variable-queries.js';

let known: KnownMetrics;
beforeAll(async () => {
  known = await knownMetrics();
});

const panels = DASHBOARDS.flatMap((dashboard) =>
  dashboard.rows.flatMap((row) =>
    row.panels.map((panel) => [`${dashboard.name}: ${row.title}: ${panel.title}`, panel] as const),
  ),
);

describe('the dashboards', () => {
  it.each(DASHBOARDS)('$name.json is what its source says; `npm run docs` writes it', async (dashboard) => {
    expect(readFileSync(`${DASHBOARD_FOLDER}/${dashboard.name}.json`, 'utf8')).toBe(
      await dashboardFile(dashboard),
    );
  });

  it('are those on disk, and all of them are brought to Kubernetes', () => {
    const files = DASHBOARDS.map(({ name }) => `${name}.json`).sort();
    expect(readdirSync(DASHBOARD_FOLDER).sort()).toEqual(files);
    const component = readFileSync('observability/grafana/kustomization.yaml', 'utf8');
    expect(files.filter((file) => !component.includes(`- dashboards/${file}\n`))).toEqual([]);
  });

  it.each(DASHBOARDS)('$name offers only what somebody tells to choose from', (dashboard) => {
    const queries = variableQueries(dashboard);
    expect(queries.length).toBe(2);
    for (const query of queries) expect(promqlFaults(query, known)).toEqual([]);
  });
});

describe('the panel', () => {
  it.each(panels)('%s asks for what somebody tells', (_, panel) => {
    expect(panel.queries).not.toEqual([]);
    expect(panel.queries.flatMap(({ expr }) => promqlFaults(expr, known))).toEqual([]);
  });

  it.each(panels)('%s says what it shows, in what unit, and of what', (_, panel) => {
    expect(panel.description).toMatch(/^[A-Za-z0-9].{10,}\.$/);
    expect(panel.unit).not.toBe('');
    // One series needs no name: the panel's is enough.
    for (const { legend } of panel.queries) expect(legend === '').toBe(panel.isFigure === true);
  });

  it.each(panels)('%s names in its legend what its query keeps apart', (_, panel) => {
    for (const { expr, legend } of panel.queries) {
      for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
        expect(
          expr.includes(label) || expr.startsWith('meterpulse:') || expr.startsWith('deriv('),
          label,
        ).toBe(true);
      }
    }
  });

  it.each(panels)('%s links to runbooks that there are', (_, panel) => {
    const names = alerts(ruleGroups()).map(({ alert }) => alert);
    for (const alert of panel.alerts ?? []) expect(names).toContain(`Meterpulse${alert}`);
  });
});

it('every alert of ours has a panel that shows what it is about, save those of the platform', () => {
  const shown = new Set(
    panels.flatMap(([, panel]) => panel.alerts ?? []).map((alert) => `Meterpulse${alert}`),
  );
  const groups = ruleGroups().filter(({ name }) => name !== 'meterpulse-platform');
  expect(
    alerts(groups)
      .map(({ alert }) => alert)
      .filter((alert) => !shown.has(alert)),
  ).toEqual([]);
});
