import { greatestOf, sparkPath, type SparkPoint } from './sparkline-path.js';
import './sparkline.css';

export interface SparklineProps {
  readonly points: readonly SparkPoint[];
  /** A second line in the same scale, drawn fainter, such as a p99 above a p50. */
  readonly above?: readonly SparkPoint[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Neighbours further apart than this aren't joined, ms. */
  readonly gapMs?: number;
}

const WIDTH = 240;
const HEIGHT = 36;
/** Three reports that didn't come. */
const GAP_MS = 17_000;

/** The shape of the last minutes, from zero. What it says is said by the figure beside it. */
export function Sparkline({ points, above = [], fromMs, toMs, gapMs = GAP_MS }: SparklineProps) {
  const max = Math.max(greatestOf(points), greatestOf(above));
  const box = { fromMs, toMs, max, width: WIDTH, height: HEIGHT };
  return (
    <svg
      class="sparkline"
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="ground" d={`M0 ${HEIGHT}H${WIDTH}`} />
      <path class="above" d={sparkPath(above, box, gapMs)} />
      <path class="line" d={sparkPath(points, box, gapMs)} />
    </svg>
  );
}
