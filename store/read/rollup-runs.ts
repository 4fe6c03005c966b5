/** Which rows of which table of rollups make up some intervals: days where whole UTC days fit, then hours, then quarters. */
export const ROLLUP_LEVELS = ['15m', '1h', '1d'] as const;
export type RollupLevel = (typeof ROLLUP_LEVELS)[number];

/** Time without a gap, half-open, ms. */
export interface Run {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ascending; those of one level never meet: neighbouring ones are one. */
export type RollupRuns = Readonly<Record<RollupLevel, readonly Run[]>>;

export const LEVEL_MS: Readonly<Record<RollupLevel, number>> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};
const FINER = { '1d': '1h', '1h': '15m' } as const;

/** Interval i goes from edge i to edge i + 1; what lies outside of `data` is left out. All on quarters of an hour. */
export function rollupRuns(edges: readonly number[], data: Run): RollupRuns {
  const runs: Record<RollupLevel, Run[]> = { '15m': [], '1h': [], '1d': [] };
  for (let at = 1; at < edges.length; at++) {
    const fromMs = Math.max(edges[at - 1] ?? Infinity, data.fromMs);
    const toMs = Math.min(edges[at] ?? -Infinity, data.toMs);
    fill(runs, '1d', fromMs, toMs);
  }
  return runs;
}

/** Rows of one series at most. */
export function rowsOfRuns(runs: RollupRuns): number {
  return ROLLUP_LEVELS.reduce(
    (sum, level) =>
      sum + runs[level].reduce((rows, { fromMs, toMs }) => rows + (toMs - fromMs) / LEVEL_MS[level], 0),
    0,
  );
}

/** As `unnest` takes them: begins and ends of each level, from the finest. */
export function runParameters(runs: RollupRuns): string[][] {
  return ROLLUP_LEVELS.flatMap((level) => [
    runs[level].map(({ fromMs }) => new Date(fromMs).toISOString()),
    runs[level].map(({ toMs }) => new Date(toMs).toISOString()),
  ]);
}

function fill(runs: Record<RollupLevel, Run[]>, level: RollupLevel, fromMs: number, toMs: number): void {
  if (fromMs >= toMs) return;
  if (level === '15m') {
    append(runs[level], fromMs, toMs);
    return;
  }
  const firstMs = Math.ceil(fromMs / LEVEL_MS[level]) * LEVEL_MS[level];
  const lastMs = Math.floor(toMs / LEVEL_MS[level]) * LEVEL_MS[level];
  const finer = FINER[level];
  if (firstMs >= lastMs) {
    fill(runs, finer, fromMs, toMs);
    return;
  }
  fill(runs, finer, fromMs, firstMs);
  append(runs[level], firstMs, lastMs);
  fill(runs, finer, lastMs, toMs);
}

function append(runs: Run[], fromMs: number, toMs: number): void {
  const last = runs.at(-1);
  if (last?.toMs === fromMs) runs[runs.length - 1] = { fromMs: last.fromMs, toMs };
  else runs.push({ fromMs, toMs });
}
