import { meanAt, type Points } from '../../../charts/points.js';
import { quantityText } from '../../../charts/quantity.js';
import { seriesName } from '../../../charts/series.js';
import type { HistoryLine } from './history.js';
import { lineStyle } from './line-style.js';

export interface HistoryLegendProps {
  readonly lines: readonly HistoryLine[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
  /** Whose values are told, ms since 1970 UTC; null: the newest ones. */
  readonly at: number | null;
  readonly pointMs: number;
}

/** The lines by name, with a value of each; a press hides one or shows it again. */
export function HistoryLegend({ lines, hidden, onToggle, at, pointMs }: HistoryLegendProps) {
  const all = lines.map(({ series }) => series);
  return (
    <ul class="history-legend" aria-label="Series">
      {lines.map((line, place) => {
        const isShown = !hidden.has(line.key);
        return (
          <li key={line.key}>
            <button type="button" aria-pressed={isShown} onClick={() => onToggle(line.key)}>
              <Swatch place={place} />
              <span>{seriesName(line.series, all)}</span>
              <strong>{valueText(line, at, pointMs)}</strong>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Swatch({ place }: { readonly place: number }) {
  const { colour, dash } = lineStyle(place);
  return (
    <svg class={`swatch series-${colour}`} width="22" height="8" viewBox="0 0 22 8" aria-hidden="true">
      <path
        d="M1 4h20"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray={dash.join(' ')}
      />
    </svg>
  );
}

function valueText({ points, series }: HistoryLine, at: number | null, pointMs: number): string {
  const place = at === null ? points.times.length - 1 : placeOf(points, at - pointMs / 2);
  if (place < 0) return '–';
  const mean = quantityText(meanAt(points, place), series.unit);
  const [min, max] = [points.mins[place], points.maxs[place]];
  if (points.counts[place] === 1 || min === undefined || max === undefined || min === max) return mean;
  return `${mean} (${quantityText(min, series.unit)} – ${quantityText(max, series.unit)})`;
}

/** Of the point at this time; -1: the line has none there. */
function placeOf({ times }: Points, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < time - 1) low = middle + 1;
    else high = middle;
  }
  return Math.abs((times[low] ?? Infinity) - time) <= 1 ? low : -1;
}
