import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartColumn } from './chart-columns.js';
import { numberText, unitScale } from './quantity.js';
import type { TimeRange } from './time-range.js';

export interface PlotLine {
  readonly label: string;
  /** As a canvas takes it: rgb(...). */
  readonly colour: string;
  /** Lengths of dash and space; empty: a line without. Tells lines apart where colours don't. */
  readonly dash: readonly number[];
}

export interface PlotColours {
  readonly text: string;
  readonly grid: string;
  readonly session: string;
  readonly missing: string;
}

/** Drawn behind the lines. */
export interface PlotMarks {
  readonly sessions: readonly TimeRange[];
  readonly missing: readonly TimeRange[];
}

export interface PlotOptions {
  readonly lines: readonly PlotLine[];
  /** Columns are means, least and greatest values of each line, instead of means alone. */
  readonly hasBand: boolean;
  readonly unit: string;
  /** What the axis always holds; null: what the lines need. */
  readonly least: readonly [number, number] | null;
  readonly colours: PlotColours;
  readonly heightPx: number;
  readonly range: () => TimeRange;
  readonly marks: () => PlotMarks;
  /** The point under the cursor, by its place in the columns; null: none. */
  readonly onCursor: (at: number | null) => void;
}

/** A line chart of uPlot in `host`, which only draws: what moves its range is the caller's. */
export function createPlot(host: HTMLElement, options: PlotOptions): uPlot {
  const { lines, hasBand, colours } = options;
  const axis = { stroke: colours.text, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } };
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  return new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: options.heightPx,
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false, setScale: false },
        y: false,
        points: { size: 7 },
      },
      scales: {
        x: {
          time: true,
          auto: false,
          range: () => {
            const { from, to } = options.range();
            return [from / 1_000, to / 1_000];
          },
        },
        y: { range: (_plot, min, max) => axisRange(min, max, options.least) },
      },
      axes: [
        { ...axis, font, space: 70, size: 40, values: timeTicks },
        { ...axis, font, size: 58, values: (_plot, ticks) => valueTicks(ticks, options.unit) },
      ],
      series: [{}, ...lines.flatMap((line) => seriesOf(line, hasBand))],
      bands: hasBand
        ? lines.map(({ colour }, at) => ({
            series: [3 * at + 3, 3 * at + 2],
            fill: translucent(colour, 0.2),
          }))
        : [],
      hooks: {
        draw: [(plot) => drawUnit(plot, options.unit, colours.text, font)],
        drawClear: [(plot) => drawMarks(plot, options.marks(), colours)],
        setCursor: [(plot) => options.onCursor(plot.cursor.idx ?? null)],
      },
    },
    [[], ...lines.flatMap(() => (hasBand ? [[], [], []] : [[]]))],
    host,
  );
}

/** What uPlot calls data: its types have no undefined, which its own join() gives, too. */
export function alignedData(columns: readonly [number[], ...ChartColumn[]]): uPlot.AlignedData {
  return columns as uPlot.AlignedData;
}

function seriesOf({ label, colour, dash }: PlotLine, hasBand: boolean): uPlot.Series[] {
  const mean: uPlot.Series = {
    label,
    stroke: colour,
    width: 1.75,
    dash: [...dash],
    points: { size: 4, fill: colour },
  };
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return hasBand ? [mean, edge, { ...edge }] : [mean];
}

function axisRange(
  min: number | null,
  max: number | null,
  least: readonly [number, number] | null,
): [number, number] {
  const [low, high] = [
    Math.min(min ?? least?.[0] ?? 0, least?.[0] ?? Infinity),
    Math.max(max ?? least?.[1] ?? 1, least?.[1] ?? -Infinity),
  ];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  // No room beyond what the axis always holds: there is nothing to be.
  return [low === least?.[0] ? low : low - room, high === least?.[1] && high === 100 ? high : high + room];
}

function valueTicks(ticks: readonly number[], unit: string): string[] {
  const scale = unitScale(unit, Math.max(...ticks.map(Math.abs), 0));
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0)) / scale.divisor;
  const digits = step >= 1 || step === 0 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)));
  return ticks.map((tick) => numberText(tick / scale.divisor, digits));
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Times of day, and the day below the first of each. */
function timeTicks(
  _plot: uPlot,
  ticks: readonly number[],
  _axis: number,
  _space: number,
  step: number,
): string[] {
  let lastDay = '';
  return ticks.map((tick) => {
    const ms = tick * 1_000;
    const today = day.format(ms);
    if (step >= 86_400) return today;
    const time = (step < 60 ? seconds : clock).format(ms);
    const text = today === lastDay ? time : `${time}\n${today}`;
    lastDay = today;
    return text;
  });
}

/** In the corner between the axes, where no number stands. */
function drawUnit({ ctx, bbox, scales }: uPlot, unit: string, colour: string, font: string): void {
  const greatest = Math.max(Math.abs(scales['y']?.min ?? 0), Math.abs(scales['y']?.max ?? 0));
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = font.replace(/^12px/, `${12 * devicePixelRatio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(unitScale(unit, greatest).unit, 0, bbox.top + bbox.height + 6 * devicePixelRatio);
  ctx.restore();
}

function drawMarks(plot: uPlot, { sessions, missing }: PlotMarks, colours: PlotColours): void {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const px = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  const spanOf = ({ from, to }: TimeRange) => {
    const begin = plot.valToPos(from / 1_000, 'x', true);
    return [begin, Math.max(2 * px, plot.valToPos(to / 1_000, 'x', true) - begin)] as const;
  };
  for (const session of sessions) {
    const [x, wide] = spanOf(session);
    ctx.fillStyle = translucent(colours.session, 0.09);
    ctx.fillRect(x, top, wide, height);
    ctx.fillStyle = colours.session;
    ctx.fillRect(x, top, wide, 3 * px);
  }
  for (const gap of missing) {
    const [x, wide] = spanOf(gap);
    hatch(ctx, x, top + 3 * px, wide, height - 3 * px, colours.missing);
  }
  ctx.restore();
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  wide: number,
  high: number,
  colour: string,
) {
  const step = 7 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, wide, high);
  ctx.clip();
  ctx.fillStyle = translucent(colour, 0.1);
  ctx.fillRect(x, y, wide, high);
  ctx.strokeStyle = translucent(colour, 0.55);
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  // Only what can be seen: a gap of a year, looked at from near, is millions of pixels wide.
  const [begin, end] = [Math.max(x, 0) - high, Math.min(x + wide, ctx.canvas.width)];
  for (let at = begin - (begin % step); at < end; at += step) {
    ctx.moveTo(at, y + high);
    ctx.lineTo(at + high, y);
  }
  ctx.stroke();
  ctx.restore();
}

/** `rgb(1, 2, 3)` -> `rgba(1, 2, 3, 0.2)`. */
export function translucent(colour: string, alpha: number): string {
  const numbers = colour.match(/[\d.]+/g)?.slice(0, 3);
  return numbers === undefined ? colour : `rgba(${numbers.join(', ')}, ${alpha})`;
}
