/** Facts written down briefly, for tests. */
import { energyReference } from './energy-reference.js';
import type { Aggregates, Edit, Facts, Reading, Series, Session } from './model.js';

export const REGISTER: Series = {
  chargePointId: 'CP-1',
  evseId: 0,
  connectorId: 1,
  measurand: 'Energy.Active.Import.Register',
  phase: '',
  location: 'Outlet',
  unit: 'Wh',
};
export const INTERVAL: Series = { ...REGISTER, measurand: 'Energy.Active.Import.Interval' };
export const POWER: Series = { ...REGISTER, measurand: 'Power.Active.Import', unit: 'W' };

/** Clock time of 2026-03-10, or of a later day with `+1 ` in front, or whole ISO 8601. */
export function at(time: string): number {
  if (time.includes('T')) return Date.parse(time);
  const [days = '0', clock = ''] = time.includes(' ') ? time.split(' ') : ['0', time];
  const midnight = Date.parse('2026-03-10T00:00:00Z') + Number(days) * 86_400_000;
  return midnight + Date.parse(`1970-01-01T${clock.length === 5 ? `${clock}:00` : clock}Z`);
}

export type Line = readonly [
  time: string,
  value: number,
  context?: string | null,
  transaction?: string | null,
];

export function readings(series: Series, lines: readonly Line[]): Reading[] {
  return lines.map(([time, value, context, transaction]) => ({
    series,
    timestampMs: at(time),
    context: context ?? 'Sample.Periodic',
    value,
    transaction: transaction ?? null,
  }));
}

export function session(transaction: string, startedAt: string, endedAt: string | null): Session {
  return {
    chargePointId: 'CP-1',
    evseId: 0,
    connectorId: 1,
    transaction,
    startedAtMs: at(startedAt),
    endedAtMs: endedAt === null ? null : at(endedAt),
  };
}

export function facts(
  all: readonly Reading[],
  sessions: readonly Session[] = [],
  edits: readonly Edit[] = [],
): Facts {
  return { readings: all, conflicts: [], sessions, edits };
}

/** Of the register, unless `rest` says otherwise. Those made later have the greater `id`. `until`: not included; null: one instant. */
export function edit(
  id: number,
  action: Edit['action'],
  from: string,
  until: string | null = null,
  rest: Partial<Pick<Edit, 'series' | 'value' | 'transaction'>> = {},
): Edit {
  const fromMs = at(from);
  const toMs = until === null ? fromMs + 1 : at(until);
  return { series: REGISTER, value: null, transaction: null, ...rest, id, action, fromMs, toMs };
}

export interface Totals {
  readonly measuredWh: number;
  readonly estimatedWh: number;
  readonly suspectWh: number;
}

/** Over all rows of 15 minutes. */
export function totals({ buckets15m }: Aggregates): Totals {
  const sum = { measuredWh: 0, estimatedWh: 0, suspectWh: 0 };
  for (const row of buckets15m) {
    sum.measuredWh += row.measuredWh ?? 0;
    sum.estimatedWh += row.estimatedWh ?? 0;
    sum.suspectWh += row.suspectWh ?? 0;
  }
  const rounded = (wh: number): number => Math.round(wh * 1e6) / 1e6;
  return {
    measuredWh: rounded(sum.measuredWh),
    estimatedWh: rounded(sum.estimatedWh),
    suspectWh: rounded(sum.suspectWh),
  };
}

/** `[measured, estimated, suspect]` of the register with these samples. */
export function energyOf(
  lines: readonly Line[],
  sessions: readonly Session[] = [],
  series: Series = REGISTER,
  edits: readonly Edit[] = [],
): [number, number, number] {
  const { measuredWh, estimatedWh, suspectWh } = totals(
    energyReference(facts(readings(series, lines), sessions, edits)),
  );
  return [measuredWh, estimatedWh, suspectWh];
}

/** `hh:mm` of a time, for short expectations. */
export function clock(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString().slice(11, 16);
}
