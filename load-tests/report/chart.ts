import { escapeHtml } from './escape-html.js';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 28;

export interface Series {
  readonly name: string;
  /** null: a gap. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** Of each value, s since the beginning. */
  readonly seconds: readonly number[];
  readonly series: readonly Series[];
  /** A vertical line, s: from there all sockets are open. */
  readonly mark: number;
}

/** A chart as a figure of HTML. Colours are the page's variables --s0, --s1, ... */
export function chartFigure(chart: Chart): string {
  const shown = chart.series.filter(({ values }) => values.some((value) => value !== null));
  if (shown.length === 0) return '';
  const highest = Math.max(...shown.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const { step, top } = niceScale(highest);
  const last = chart.seconds.at(-1) ?? 1;
  const x = (second: number): number => LEFT + (second / last) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const rows = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const grid = rows
    .map(
      (value) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/>` +
        `<text x="${LEFT - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${label(value)}</text>`,
    )
    .join('');
  const times = Array.from({ length: 6 }, (_, index) => (last * index) / 5)
    .map(
      (second) =>
        `<text x="${fixed(x(second))}" y="${HEIGHT - 8}" text-anchor="middle">${clock(second)}</text>`,
    )
    .join('');
  const mark = `<line class="mark" x1="${fixed(x(chart.mark))}" x2="${fixed(x(chart.mark))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`;
  const lines = shown
    .map(
      ({ values }, index) =>
        `<path class="line" style="stroke:var(--s${index})" d="${pathOf(values, chart.seconds, x, y)}"/>`,
    )
    .join('');
  const legend = shown
    .map(({ name }, index) => `<span><i style="background:var(--s${index})"></i>${escapeHtml(name)}</span>`)
    .join('');
  const data = JSON.stringify({
    unit: chart.unit,
    seconds: chart.seconds,
    series: shown,
    area: { left: LEFT, right: WIDTH - RIGHT, width: WIDTH },
  });
  return (
    `<figure class="chart" data-chart="${escapeHtml(data)}"><figcaption>${escapeHtml(chart.title)} <small>${escapeHtml(chart.unit)}</small></figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(chart.title)}">${grid}${times}${mark}${lines}` +
    `<line class="cursor" x1="0" x2="0" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/></svg>` +
    `<div class="legend">${legend}<output></output></div></figure>`
  );
}

function pathOf(
  values: readonly (number | null)[],
  seconds: readonly number[],
  x: (second: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value !== null) path += `${isDrawing ? 'L' : 'M'}${fixed(x(seconds[index] ?? 0))} ${fixed(y(value))}`;
    // A value alone is a dot: a line of no length with round ends.
    if (value !== null && !isDrawing) path += 'l0 0';
    isDrawing = value !== null;
  }
  return path;
}

/** Steps of 1, 2 or 5 times a power of ten, three to six of them. */
export function niceScale(highest: number): { readonly step: number; readonly top: number } {
  if (highest <= 0) return { step: 1, top: 1 };
  const power = 10 ** Math.floor(Math.log10(highest / 4));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((each) => highest / each <= 5) ?? power * 10;
  return { step, top: step * Math.ceil(highest / step) };
}

function label(value: number): string {
  if (value >= 10_000) return `${Math.round(value / 100) / 10}k`;
  return String(Math.round(value * 1_000) / 1_000);
}

function clock(second: number): string {
  const whole = Math.round(second);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function fixed(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}
