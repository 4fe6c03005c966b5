import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as FigureBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { DashboardSpec, PanelSpec, QuerySpec } from './dashboard-spec.js';

const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
/** Of 24 columns; rows of Grafana's grid are 30 pixels. */
const CHART = { width: 12, height: 8 };
const FIGURE = { width: 4, height: 4 };

// The classic schema, not the second: every Grafana since 10 imports and provisions it.
/* eslint-disable @typescript-eslint/no-deprecated */

/** A dashboard as Grafana imports it. */
export function buildDashboard(spec: DashboardSpec): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(`meterpulse / ${spec.title}`)
    .uid(`meterpulse-${spec.name}`)
    .description(spec.description)
    .tags(['meterpulse'])
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables(variables(spec.role))
    .link(
      new dashboard.DashboardLinkBuilder('meterpulse')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['meterpulse'])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
  let id = 0;
  for (const row of spec.rows) {
    builder.withRow(new dashboard.RowBuilder(row.title).id(++id));
    for (const panel of row.panels) builder.withPanel(buildPanel(panel, ++id));
  }
  return builder.build();
}
/* eslint-enable @typescript-eslint/no-deprecated */

function variables(role: string | null): Builder<dashboard.VariableModel>[] {
  const job = role === null ? 'meterpulse-.+' : `meterpulse-${role}|meterpulse-all`;
  const ofLabel = (name: string, label: string, query: string): dashboard.QueryVariableBuilder =>
    new dashboard.QueryVariableBuilder(name)
      .label(label)
      .datasource(PROMETHEUS)
      .query({ query, refId: name })
      .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      // Also what has no such label: processes that nobody scraped in a cluster.
      .allValue('.*')
      .current({ text: 'All', value: '$__all' });
  return [
    new dashboard.DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    ofLabel('namespace', 'Namespace', 'label_values(meterpulse_build_info, namespace)'),
    ofLabel('pod', 'Pod', `label_values(meterpulse_build_info{namespace=~"$namespace", job=~"${job}"}, pod)`),
    new dashboard.TextBoxVariableBuilder('runbooks')
      .label('Runbooks at')
      .description('Where a checkout can be read, such as https://git.example.com/meterpulse/blob/main/')
      .defaultValue(''),
  ];
}

function buildPanel(spec: PanelSpec, id: number): Builder<dashboard.Panel> {
  return spec.isFigure === true ? figure(spec, id) : chart(spec, id);
}

function chart(spec: PanelSpec, id: number): ChartBuilder {
  const builder = new ChartBuilder()
    .id(id)
    .title(spec.title)
    .description(spec.description)
    .datasource(PROMETHEUS)
    .unit(spec.unit)
    .min(0)
    .span(CHART.width)
    .height(CHART.height)
    .lineWidth(1)
    .fillOpacity(spec.isStacked === true ? 40 : 5)
    .showPoints(common.VisibilityMode.Never)
    .stacking(
      new common.StackingConfigBuilder().mode(
        spec.isStacked === true ? common.StackingMode.Normal : common.StackingMode.None,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    )
    .thresholds(thresholds(spec))
    .links(runbooks(spec))
    .targets(spec.queries.map((query, index) => target(query, index)));
  if (spec.red === undefined) return builder;
  return builder.thresholdsStyle(
    new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
  );
}

function figure(spec: PanelSpec, id: number): FigureBuilder {
  return new FigureBuilder()
    .id(id)
    .title(spec.title)
    .description(spec.description)
    .datasource(PROMETHEUS)
    .unit(spec.unit)
    .span(FIGURE.width)
    .height(FIGURE.height)
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(thresholds(spec))
    .links(runbooks(spec))
    .targets(spec.queries.map((query, index) => target(query, index)));
}

function target({ expr, legend }: QuerySpec, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(PROMETHEUS)
    .expr(expr)
    .legendFormat(legend)
    .range();
}

function thresholds({ red, below = false }: PanelSpec): dashboard.ThresholdsConfigBuilder {
  const builder = new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute);
  if (red === undefined) return builder.steps([{ value: null, color: 'green' }]);
  const [low, high] = below ? ['red', 'green'] : ['green', 'red'];
  return builder.steps([
    { value: null, color: low },
    { value: red, color: high },
  ]);
}

function runbooks({ alerts = [] }: PanelSpec): dashboard.DashboardLinkBuilder[] {
  return alerts.map((alert) =>
    new dashboard.DashboardLinkBuilder(`Meterpulse${alert}`)
      .type(dashboard.DashboardLinkType.Link)
      .url(`\${runbooks}docs/runbooks.md#meterpulse${alert.toLowerCase()}`)
      .targetBlank(true),
  );
}
