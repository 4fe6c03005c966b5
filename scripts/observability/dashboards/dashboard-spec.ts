/** What a query shows. `legend` names a series by its labels: `{{pod}}`. */
export interface QuerySpec {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelSpec {
  readonly title: string;
  /** What it shows, and what well looks like. */
  readonly description: string;
  /** Of Grafana's: `s`, `bytes`, `percentunit`, `ops`, `short`, ... */
  readonly unit: string;
  readonly queries: readonly QuerySpec[];
  /** A figure instead of a chart. Default: false. */
  readonly isFigure?: boolean;
  /** Series add up to a whole. Default: false. */
  readonly isStacked?: boolean;
  /** Where it turns red; for `below`, under this. */
  readonly red?: number;
  readonly below?: boolean;
  /** Alerts that watch the same; the panel links to their runbooks. */
  readonly alerts?: readonly string[];
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** Of its file, and of its address in Grafana after `meterpulse-`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whose pods can be chosen; null: of all. */
  readonly role: string | null;
  readonly rows: readonly RowSpec[];
}

/** Matchers of what is told by a pod, and of what is recorded for an installation. */
export const PODS = 'namespace=~"$namespace", pod=~"$pod"';
export const INSTALLATION = 'namespace=~"$namespace"';

/** Increase a second of a counter, by labels. */
export const rateBy = (labels: string, counter: string, matchers = ''): string =>
  `sum by (${labels}) (rate(${counter}{${PODS}${matchers === '' ? '' : `, ${matchers}`}}[$__rate_interval]))`;

/** Half, and 99 of 100, of what a histogram without labels counts took no longer. */
export function quantiles(histogram: string, matchers = PODS): QuerySpec[] {
  return [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket{${matchers}}[$__rate_interval])))`,
    legend: quantile === 0.5 ? 'half' : '99 of 100',
  }));
}

/** The figures that every role has: processors, memory, event loop. */
export const PROCESS_ROW: RowSpec = {
  title: 'Processes',
  panels: [
    {
      title: 'Processors',
      description:
        'Seconds of processor time used in a second, by pod. Gateways are scaled at 60 % of what they ask for.',
      unit: 'short',
      queries: [{ expr: rateBy('pod', 'meterpulse_process_cpu_seconds_total'), legend: '{{pod}}' }],
    },
    {
      title: 'Memory',
      description:
        'Resident memory by pod, all its processes together. It has to stay below the limit of the pod.',
      unit: 'bytes',
      queries: [
        { expr: `sum by (pod) (meterpulse_process_resident_memory_bytes{${PODS}})`, legend: '{{pod}}' },
      ],
      alerts: ['RoleRestarts'],
    },
    {
      title: 'Lateness of the event loop',
      description:
        'How late 99 of 100 turns of the event loop are. Above a tenth of a second answers become slow.',
      unit: 's',
      queries: [
        { expr: `max by (pod) (meterpulse_nodejs_eventloop_lag_p99_seconds{${PODS}})`, legend: '{{pod}}' },
      ],
      red: 0.1,
    },
    {
      title: 'Connections to the database',
      description: 'Open ones by pool, and requests that wait for one: these should be none.',
      unit: 'short',
      queries: [
        { expr: `sum by (pool) (meterpulse_pool_total{${PODS}})`, legend: '{{pool}}: open' },
        { expr: `sum by (pool) (meterpulse_pool_waiting{${PODS}})`, legend: '{{pool}}: waiting' },
      ],
      alerts: ['PoolExhausted'],
    },
  ],
};
