import { useId, useState } from 'preact/hooks';
import { numberText, quantityText, unitScale } from '../../../charts/quantity.js';
import type { TimeRange } from '../../../charts/time-range.js';
import { momentText, rangeText } from '../../../charts/time-text.js';
import { useWidth } from '../../../charts/use-width.js';
import type { IntervalEnergy } from '../answers.js';
import { layOutBars, type Bar, type BarPart } from './bars.js';

const HEIGHT = 150;
/** As wide as the axis of the history above, so that both share their columns. */
const LEFT = 58;
const RIGHT = 16;
const TOP = 8;
const BOTTOM = 22;

export interface EnergyBarsProps {
  readonly items: readonly IntervalEnergy[];
  readonly range: TimeRange;
}

/** Energy by interval: measured filled, estimated hatched, suspect an outline. */
export function EnergyBars({ items, range }: EnergyBarsProps) {
  const { ref, width } = useWidth();
  const [pointed, setPointed] = useState<IntervalEnergy | null>(null);
  const hatch = useId();
  const plotWidth = Math.max(1, width - LEFT - RIGHT);
  const { bars, top } = layOutBars(items, range, plotWidth, HEIGHT);
  const scale = unitScale('Wh', top);
  const point = (event: MouseEvent) => {
    const left = ref.current?.getBoundingClientRect().left ?? 0;
    const x = event.clientX - left - LEFT;
    setPointed(bars.find((bar) => x >= bar.x && x <= bar.x + bar.width + 1)?.item ?? null);
  };
  return (
    <div class="energy-bars" ref={ref}>
      <svg
        width={width}
        height={TOP + HEIGHT + BOTTOM}
        aria-hidden="true"
        onMouseMove={point}
        onMouseLeave={() => setPointed(null)}
      >
        <defs>
          <pattern
            id={hatch}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="estimated-ground" width="5" height="5" />
            <rect class="estimated-line" width="1.5" height="5" />
          </pattern>
        </defs>
        <g transform={`translate(${LEFT}, ${TOP})`}>
          <text class="tick" x={-LEFT} y={HEIGHT + 16}>
            {scale.unit}
          </text>
          {[0, 0.5, 1].map((part) => (
            <g key={part}>
              <line class="grid" x1="0" x2={plotWidth} y1={HEIGHT * (1 - part)} y2={HEIGHT * (1 - part)} />
              <text class="tick" x="-8" y={HEIGHT * (1 - part)} dy="0.32em" text-anchor="end">
                {numberText((top * part) / scale.divisor)}
              </text>
            </g>
          ))}
          {bars.map((bar) => (
            <BarParts key={bar.item.start} bar={bar} hatch={hatch} isPointed={bar.item === pointed} />
          ))}
          {timeTicks(range, plotWidth).map(({ x, text, anchor }) => (
            <text key={anchor} class="tick" x={x} y={HEIGHT + 16} text-anchor={anchor}>
              {text}
            </text>
          ))}
        </g>
      </svg>
      <p class="energy-pointed soft">{pointed === null ? '' : intervalText(pointed)}</p>
    </div>
  );
}

interface BarPartsProps {
  readonly bar: Bar;
  readonly hatch: string;
  readonly isPointed: boolean;
}

function BarParts({ bar: { x, width, measured, estimated, suspect }, hatch, isPointed }: BarPartsProps) {
  const rect = ({ y, height }: BarPart) => ({ x, width, y, height });
  return (
    <g class={isPointed ? 'bar pointed' : 'bar'}>
      {measured.height > 0 ? <rect class="measured" {...rect(measured)} /> : null}
      {estimated.height > 0 ? <rect class="estimated" fill={`url(#${hatch})`} {...rect(estimated)} /> : null}
      {suspect.height > 0 ? <rect class="suspect" {...rect(suspect)} /> : null}
    </g>
  );
}

export function intervalText({ start, end, energyWh, estimatedWh, suspectWh }: IntervalEnergy): string {
  const parts = [
    quantityText(energyWh, 'Wh'),
    estimatedWh === 0 ? '' : `${quantityText(estimatedWh, 'Wh')} of it estimated`,
    suspectWh === 0 ? '' : `${quantityText(suspectWh, 'Wh')} suspect, not in the sum`,
  ].filter((part) => part !== '');
  return `${rangeText({ from: Date.parse(start), to: Date.parse(end) })}: ${parts.join(', ')}.`;
}

function timeTicks({ from, to }: TimeRange, width: number) {
  return [
    { x: 0, text: momentText(from), anchor: 'start' },
    { x: width, text: momentText(to), anchor: 'end' },
  ] as const;
}
