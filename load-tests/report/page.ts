import { chartFigure, type Series } from './chart.js';
import { escapeHtml } from './escape-html.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.js';
import type { LoadReport } from './report.js';
import type { TimelinePoint } from './timeline.js';

/** The report as one page that needs nothing else. */
export function reportPage(report: LoadReport): string {
  const { size, machine } = report;
  const verdict = report.interrupted
    ? '<b class="bad">interrupted</b>'
    : report.ok
      ? '<b class="good">as expected</b>'
      : '<b class="bad">not as expected</b>';
  const title = `${size.sockets.toLocaleString('en')} sockets for ${size.minutes} minutes`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Load test: ${title}</title><style>${PAGE_STYLE}</style>
<h1>${title}: ${verdict}</h1>
<p class="dim">${escapeHtml(report.startedAt)}, ${escapeHtml(machine.cpu)}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${escapeHtml(machine.node)},
Artillery ${escapeHtml(report.artilleryVersion)}, commit ${escapeHtml(machine.commit)}<br><code>${escapeHtml(report.command)}</code></p>
<div class="tiles">${tiles(report)}</div>
${report.unmeasured.map((sentence) => `<p class="dim">${escapeHtml(sentence)}</p>`).join('')}
<h2>Expectations</h2><div class="card wide">${expectationTable(report)}</div>
<h2>Over time</h2><p class="dim">The dashed line: from there all sockets are open. Steps of ${report.timeline.stepSeconds} s. Memory is each role's own; what processes share isn't in it.</p>
<div class="charts">${charts(report)}</div>
<h2>Times, ms</h2><div class="card wide">${timeTable(report)}</div>
<h2>Counts</h2><div class="card wide">${countTable(report)}</div>
<script>${PAGE_SCRIPT}</script></html>
`;
}

function tiles({ totals, ledger, size, rampPerSecond, simulate }: LoadReport): string {
  const { counters, times } = totals;
  const latency = times['readings.latency'];
  const errors = Object.values(totals.errors).reduce((sum, count) => sum + count, 0);
  const shown: (readonly [string, string | number, boolean?])[] = [
    ['sockets', size.sockets],
    ['opened a second', rampPerSecond],
    ['readings acknowledged', counters['readings.acknowledged'] ?? 0],
    ['p50', latency === undefined ? '-' : `${latency.p50} ms`],
    ['p99', latency === undefined ? '-' : `${latency.p99} ms`],
    ['errors', errors, errors === 0],
    ...(simulate === null ? [] : ([['by simulate', `${size.simulateRate}/s`]] as const)),
    ...(ledger === null
      ? []
      : ([
          ['in the ledger', ledger.acknowledged],
          ['lost', ledger.lost, ledger.lost === 0],
          ['doubled', ledger.doubled, ledger.doubled === 0],
        ] as const)),
  ];
  return shown
    .map(([name, value, good]) => {
      const tone = good === undefined ? '' : good ? ' class="good"' : ' class="bad"';
      return `<div class="tile"><small>${name}</small><b${tone}>${typeof value === 'number' ? value.toLocaleString('en') : value}</b></div>`;
    })
    .join('');
}

function charts({ timeline: { points }, holdFromSecond }: LoadReport): string {
  const seconds = points.map(({ second }) => second);
  const series = (name: string, of: (point: TimelinePoint) => number | null): Series => ({
    name,
    values: points.map(of),
  });
  const roles = [...new Set(points.flatMap((point) => Object.keys(point.roles)))];
  const draw = (title: string, unit: string, all: readonly Series[]): string =>
    chartFigure({ title, unit, seconds, series: all, mark: holdFromSecond });
  return [
    draw('Sockets open', '', [series('open', ({ open }) => open)]),
    draw('Messages', 'a second', [
      series('sent', ({ sent }) => sent),
      series('acknowledged readings', ({ acknowledged }) => acknowledged),
    ]),
    draw('From due to acknowledged', 'ms', [
      series('p50', ({ p50 }) => p50),
      series('p99', ({ p99 }) => p99),
    ]),
    draw('Errors', 'a second', [series('errors', ({ errors }) => errors)]),
    draw(
      'CPU',
      'cores',
      roles.map((role) => series(role, (point) => point.roles[role]?.cores ?? null)),
    ),
    draw(
      'Memory',
      'MB',
      roles.map((role) => series(role, (point) => point.roles[role]?.megabytes ?? null)),
    ),
    draw('On the log, not stored yet', 'records', [series('lag', ({ lag }) => lag)]),
    draw('Connecting, the live feed, and the API', 'ms, p99', [
      series('connect', ({ connectP99 }) => connectP99),
      series('live', ({ liveP99 }) => liveP99),
      series('query', ({ queryP99 }) => queryP99),
    ]),
  ].join('');
}

function expectationTable({ expectations }: LoadReport): string {
  const rows = expectations.map(
    ({ of, expression, value, holds }) =>
      `<tr><td class="${holds ? 'good' : 'bad'}">${holds ? 'holds' : 'broken'}</td><td>${of}</td><td>${escapeHtml(expression)}</td><td class="n">${value ?? 'not measured'}</td></tr>`,
  );
  return `<table><tr><th></th><th>of</th><th>expected</th><th class="n">measured</th></tr>${rows.join('')}</table>`;
}

function timeTable({ scenarios }: LoadReport): string {
  const columns = ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const;
  const rows = scenarios.flatMap(({ name, times }) =>
    Object.entries(times).map(
      ([time, quantiles]) =>
        `<tr><td>${name}</td><td>${time}</td>${columns.map((column) => `<td class="n">${quantiles[column].toLocaleString('en')}</td>`).join('')}</tr>`,
    ),
  );
  const head = columns.map((column) => `<th class="n">${column}</th>`).join('');
  return `<table><tr><th>scenario</th><th>time</th>${head}</tr>${rows.join('')}</table>`;
}

function countTable({ scenarios }: LoadReport): string {
  const rows = scenarios.flatMap(({ name, users, counters, errors }) => [
    `<tr><td>${name}</td><td>users</td><td class="n">${users.toLocaleString('en')}</td></tr>`,
    ...[
      ...Object.entries(counters),
      ...Object.entries(errors).map(([text, count]) => [`error: ${text}`, count] as const),
    ].map(
      ([what, count]) =>
        `<tr><td>${name}</td><td>${escapeHtml(what)}</td><td class="n">${count.toLocaleString('en')}</td></tr>`,
    ),
  ]);
  return `<table><tr><th>scenario</th><th>count</th><th class="n"></th></tr>${rows.join('')}</table>`;
}
