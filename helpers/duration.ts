/** ms of each unit, by its name in lower case. */
export type DurationUnits = Readonly<Record<string, number>>;

export const UNITS_TO_DAYS: DurationUnits = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** A year has 365 days. */
export const UNITS_TO_YEARS: DurationUnits = { ...UNITS_TO_DAYS, w: 7 * 86_400_000, y: 365 * 86_400_000 };

const DURATION = /^(\d{1,9}(?:\.\d{1,6})?)([a-z]{1,3})$/i;

/** `500ms`, `5s`, `1.5m`, `2h`, `7d` and what else the units have, as whole milliseconds; undefined for anything else. */
export function durationMs(text: string, units: DurationUnits): number | undefined {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const name = unit.toLowerCase();
  return Object.hasOwn(units, name) ? Math.round(Number(count) * (units[name] ?? NaN)) : undefined;
}
