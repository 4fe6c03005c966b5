/**
 * Units of OCPP 1.6 (section 7.45, UnitOfMeasure) and how each becomes its base unit. Prefixes shift the decimal point
 * in the *text* of a number: 1.005 * 1000 is not 1005 in binary, `Number('1.005e3')` is.
 */
type Temperature = 'fahrenheit' | 'kelvin';

export interface UnitRule {
  /** Base unit. */
  readonly unit: string;
  /** Power of ten from the sent unit to the base unit. */
  readonly shift: number;
  readonly temperature: Temperature | null;
}

const rule = (unit: string, shift = 0, temperature: Temperature | null = null): UnitRule => ({
  unit,
  shift,
  temperature,
});

const RULES: ReadonlyMap<string, UnitRule> = new Map([
  ['Wh', rule('Wh')],
  ['kWh', rule('Wh', 3)],
  ['varh', rule('varh')],
  ['kvarh', rule('varh', 3)],
  ['W', rule('W')],
  ['kW', rule('W', 3)],
  ['VA', rule('VA')],
  ['kVA', rule('VA', 3)],
  ['var', rule('var')],
  ['kvar', rule('var', 3)],
  ['A', rule('A')],
  ['V', rule('V')],
  ['Percent', rule('Percent')],
  ['Celsius', rule('Celsius')],
  // So spelt in the JSON schemas of OCPP 1.6's first edition, hence in many chargers.
  ['Celcius', rule('Celsius')],
  ['Fahrenheit', rule('Celsius', 0, 'fahrenheit')],
  ['K', rule('Celsius', 0, 'kelvin')],
  ['Kelvin', rule('Celsius', 0, 'kelvin')],
]);

/**
 * The unit that a measurand (section 7.31) implies when none is sent. The specification names a default for energy alone,
 * Wh (section 7.43); reactive energy, powers and the rest get the unit that their kind is measured in.
 */
function impliedUnit(measurand: string): string {
  if (measurand.startsWith('Energy.Reactive.')) return 'varh';
  if (measurand.startsWith('Energy.')) return 'Wh';
  if (measurand.startsWith('Power.Reactive.')) return 'var';
  if (measurand === 'Power.Factor') return '';
  if (measurand.startsWith('Power.')) return 'W';
  if (measurand.startsWith('Current.')) return 'A';
  return OTHER_IMPLIED.get(measurand) ?? '';
}

const OTHER_IMPLIED: ReadonlyMap<string, string> = new Map([
  ['Voltage', 'V'],
  ['Temperature', 'Celsius'],
  ['SoC', 'Percent'],
  ['Frequency', 'Hz'],
  ['RPM', 'RPM'],
]);

/** How to normalise a value of `measurand` sent in `unit` ('' when none was). An unknown unit stays as sent. */
export function unitRule(measurand: string, unit: string): UnitRule {
  const name = unit === '' ? impliedUnit(measurand) : unit;
  return RULES.get(name) ?? rule(name);
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?$/;
/** A double's shortest decimal form has at most 24 characters; meters pad with zeros. */
export const MAX_VALUE_LENGTH = 100;

/**
 * The number that `text` spells in the rule's sent unit, in the rule's base unit: the double nearest to the decimal, never
 * -0. NaN when the text isn't a decimal number (`NaN`, `Infinity`, `0x10`, `1,5`, ''); an infinity when it is too large.
 * White space around it is ignored.
 */
export function toBaseUnit(text: string, { shift, temperature }: UnitRule): number {
  if (text.length > MAX_VALUE_LENGTH) return NaN;
  const trimmed = text.trim();
  const match = DECIMAL.exec(trimmed);
  if (match === null) return NaN;
  const value = shift === 0 ? Number(trimmed) : shifted(trimmed, match[1], shift);
  // Adding 0 makes -0 a 0.
  return temperature === null ? value + 0 : toCelsius(value, temperature);
}

function shifted(text: string, exponent: string | undefined, shift: number): number {
  if (exponent === undefined) return Number(`${text}e${shift}`);
  const mantissa = text.slice(0, -exponent.length);
  // Clamped: beyond it every value is 0 or infinite anyway, and a larger number would be spelt with an exponent itself.
  const sum = Math.max(-99_999, Math.min(99_999, Number(exponent))) + shift;
  return Number(`${mantissa}${sum}`);
}

/** Rounded to a millionth of a degree, so that one temperature has one value however it was sent. */
function toCelsius(value: number, from: Temperature): number {
  const celsius = from === 'kelvin' ? value - 273.15 : ((value - 32) * 5) / 9;
  return Math.abs(celsius) < 1e9 ? Math.round(celsius * 1e6) / 1e6 + 0 : celsius;
}
