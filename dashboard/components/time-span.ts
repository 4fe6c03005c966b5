/** A half-open range of time, ms since 1970 UTC. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long before now a range begins, by the name it has in the address. */
export const PRESETS = {
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;
export type Preset = keyof typeof PRESETS;

/** A preset follows the clock; a span stands. */
export type TimeRangeValue = Preset | TimeSpan;

export function spanOf(value: TimeRangeValue, nowMs: number): TimeSpan {
  return typeof value === 'string' ? { fromMs: nowMs - PRESETS[value], toMs: nowMs } : value;
}

/** As it stands in an address: `24h`, or `2026-03-10T06:00:00.000Z/2026-03-10T10:00:00.000Z`. */
export function formatTimeRange(value: TimeRangeValue): string {
  if (typeof value === 'string') return value;
  return `${new Date(value.fromMs).toISOString()}/${new Date(value.toMs).toISOString()}`;
}

/** null: none, or one that ends before it begins. */
export function parseTimeRange(text: string): TimeRangeValue | null {
  if (Object.hasOwn(PRESETS, text)) return text as Preset;
  const [from = '', to = '', ...more] = text.split('/');
  const span = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  return more.length === 0 && span.fromMs < span.toMs ? span : null;
}

/** As `<input type="datetime-local">` has it: minutes, in the time zone of the browser. */
export function toLocalInput(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())];
  return `${day.join('-')}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
