import type { HourOfSeries } from '../../../store/rollups/connector-hours.js';

/** An hour of all series of a connector that measure energy or power. */
export interface ConnectorHour {
  /** Begin, ms since 1970 UTC. */
  readonly hourMs: number;
  readonly series: readonly HourOfSeries[];
}

/** Samples reach over so much of the hour that it can be compared: those of each quarter of an hour do. */
const COVERED_MS = 2_700_000;

export function isCovered(
  row: { readonly firstMs: number | null; readonly lastMs: number | null } | null | undefined,
): boolean {
  return row?.firstMs != null && row.lastMs != null && row.lastMs - row.firstMs >= COVERED_MS;
}

/** Wh of an hour in which nothing else is wrong with the series; null: there is none, or another rule has a say. */
export function soundWh({ row }: HourOfSeries): number | null {
  if (row === null || row.measuredWh === null || !isCovered(row)) return null;
  return row.estimatedWh === 0 && row.suspectWh === 0 && row.conflicts === 0 ? row.measuredWh : null;
}

/** Whether two amounts differ by more than a share of the greater, and by more than `least`. */
export function areApart(a: number, b: number, share: number, least: number): boolean {
  return Math.abs(a - b) > Math.max(least, share * Math.max(Math.abs(a), Math.abs(b)));
}
