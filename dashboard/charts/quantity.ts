/** A number as it is read, and its unit. */
export interface Quantity {
  readonly text: string;
  readonly unit: string;
}

/** By what an axis divides its numbers, and the unit they are then in. */
export interface UnitScale {
  readonly divisor: number;
  readonly unit: string;
}

const PREFIXED = new Set(['W', 'Wh', 'var', 'varh', 'VA', 'VAh']);
const SPELT: Readonly<Record<string, string>> = {
  Percent: '%',
  Celsius: '°C',
  Celcius: '°C',
  Fahrenheit: '°F',
};
const PREFIXES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** The unit in which `greatest` (in the base unit) has one to three digits before the point, as far as there is one. */
export function unitScale(unit: string, greatest: number): UnitScale {
  if (unit === 'Wh') return energyScale(greatest);
  if (PREFIXED.has(unit)) {
    const prefix = PREFIXES.find(([divisor]) => Math.abs(greatest) >= divisor);
    if (prefix !== undefined) return { divisor: prefix[0], unit: `${prefix[1]}${unit}` };
  }
  return { divisor: 1, unit: SPELT[unit] ?? unit };
}

/** Energy is at most kWh, however much it is: that is how meters are read. */
function energyScale(greatestWh: number): UnitScale {
  return Math.abs(greatestWh) >= 1_000 ? { divisor: 1_000, unit: 'kWh' } : { divisor: 1, unit: 'Wh' };
}

/** `11,200 W` -> `11.2`, `kW`. Not finite: a dash. */
export function quantity(value: number, unit: string): Quantity {
  const scale = unitScale(unit, value);
  return { text: numberText(value / scale.divisor), unit: scale.unit };
}

export function quantityText(value: number, unit: string): string {
  const { text, unit: shown } = quantity(value, unit);
  return shown === '' ? text : `${text} ${shown}`;
}

/** At most `digits` after the point: by default as many as make four digits in all, two at most. */
export function numberText(value: number, digits = decimalsOf(value)): string {
  if (!Number.isFinite(value)) return '–';
  // -0 and what rounds to it would read "-0".
  const text = formatter(digits).format(value);
  return /^-0([.,]0*)?$/.test(text) ? text.slice(1) : text;
}

function decimalsOf(value: number): number {
  const size = Math.abs(value);
  return size >= 1_000 ? 1 : 2;
}

const formatters = new Map<number, Intl.NumberFormat>();
function formatter(digits: number): Intl.NumberFormat {
  const made = formatters.get(digits) ?? new Intl.NumberFormat('en', { maximumFractionDigits: digits });
  formatters.set(digits, made);
  return made;
}
