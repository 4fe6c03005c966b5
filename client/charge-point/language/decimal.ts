/** Decimals as text: a meter that grows by 0.1 shows 1250.6, and never 1250.6000000000001. */
const DECIMAL = /^[+-]?\d{1,30}(?:\.\d{1,15})?$/;

/** Digits with a sign and a point at most; no exponent. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** `value` and `times` steps of `growth`, with as many decimal places as the finer of the two. Both must be {@link isDecimal}. */
export function grown(value: string, growth: string, times: number): string {
  const places = Math.max(placesOf(value), placesOf(growth));
  return written(scaled(value, places) + scaled(growth, places) * BigInt(times), places);
}

function placesOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function scaled(text: string, places: number): bigint {
  const unsigned = text.replace(/^[+-]/, '');
  const [whole = '0', fraction = ''] = unsigned.split('.');
  const digits = BigInt(whole + fraction.padEnd(places, '0'));
  return text.startsWith('-') ? -digits : digits;
}

function written(digits: bigint, places: number): string {
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  const sign = negative ? '-' : '';
  return places === 0 ? sign + whole : `${sign}${whole}.${text.slice(-places)}`;
}
