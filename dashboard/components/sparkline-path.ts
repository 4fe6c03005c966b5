export interface SparkPoint {
  readonly atMs: number;
  /** null: unknown. */
  readonly value: number | null;
}

export interface SparkBox {
  readonly fromMs: number;
  readonly toMs: number;
  /** The line is never above it: two lines of one picture share it. */
  readonly max: number;
  readonly width: number;
  readonly height: number;
}

/** The greatest value, at least 1e-9, so that a line of zeros lies on the ground. */
export function greatestOf(points: readonly SparkPoint[]): number {
  return points.reduce((greatest, { value }) => Math.max(greatest, value ?? 0), 1e-9);
}

/** Lines between neighbours that are known; where one isn't, or is too far away (nobody told), the line is broken. */
export function sparkPath(points: readonly SparkPoint[], box: SparkBox, gapMs: number): string {
  let path = '';
  let before: SparkPoint | undefined;
  for (const point of points) {
    if (point.value === null || point.atMs < box.fromMs) {
      before = undefined;
      continue;
    }
    const x = ((point.atMs - box.fromMs) / (box.toMs - box.fromMs)) * box.width;
    const y = box.height - (Math.min(point.value, box.max) / box.max) * box.height;
    const joined = before !== undefined && point.atMs - before.atMs <= gapMs;
    path += `${joined ? 'L' : 'M'}${round(x)} ${round(y)}`;
    before = point;
  }
  return path;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
