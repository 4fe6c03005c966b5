import type { TimeRange } from '../../../charts/time-range.js';
import type { IntervalEnergy } from '../answers.js';

/** One part of a bar, in px of the plot; y grows downwards. */
export interface BarPart {
  readonly y: number;
  readonly height: number;
}

export interface Bar {
  readonly item: IntervalEnergy;
  readonly x: number;
  readonly width: number;
  readonly measured: BarPart;
  readonly estimated: BarPart;
  /** Above the others: it is in no sum. */
  readonly suspect: BarPart;
}

const SPACE_PX = 1;

/** Bars of what is seen; `top` is the energy at the upper edge, a round number. Export is negative, and stands as its size. */
export function layOutBars(
  items: readonly IntervalEnergy[],
  { from, to }: TimeRange,
  widthPx: number,
  heightPx: number,
): { readonly bars: readonly Bar[]; readonly top: number } {
  const seen = items.filter(({ start, end }) => Date.parse(start) < to && Date.parse(end) > from);
  const top = roundedUp(
    Math.max(0, ...seen.map(({ energyWh, suspectWh }) => Math.abs(energyWh) + Math.abs(suspectWh))),
  );
  const scale = heightPx / top;
  const bars = seen.map((item): Bar => {
    const [begin, end] = [item.start, item.end].map(
      (text) => ((Date.parse(text) - from) / (to - from)) * widthPx,
    );
    const x = Math.max(0, begin ?? 0);
    const width = Math.max(1, Math.min(widthPx, end ?? 0) - x - SPACE_PX);
    let floor = heightPx;
    const part = (wh: number): BarPart => {
      const height = Math.abs(wh) * scale;
      floor -= height;
      return { y: floor, height };
    };
    return {
      item,
      x,
      width,
      measured: part(item.measuredWh),
      estimated: part(item.estimatedWh),
      suspect: part(item.suspectWh),
    };
  });
  return { bars, top };
}

/** 1, 2, 2.5 or 5 times a power of ten, and not below 1. */
export function roundedUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5].find((step) => step * power >= value) ?? 10);
}
