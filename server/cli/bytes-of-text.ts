const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ...Object.fromEntries(['k', 'm', 'g', 't', 'p'].map((unit, at) => [`${unit}b`, 1_000 ** (at + 1)])),
  ...Object.fromEntries(['ki', 'mi', 'gi', 'ti', 'pi'].map((unit, at) => [`${unit}b`, 1_024 ** (at + 1)])),
};

/** `500GB`, `1.5TiB` or a number of bytes; undefined: something else. */
export function bytesOfText(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgtp]i?b)?$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const bytes = Math.round(Number(digits) * (factor ?? NaN));
  return digits !== '' && bytes > 0 ? bytes : undefined;
}

/** With three digits, in units of 1,024: `1.23 GiB`. */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1_024 && unit < NAMES.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toPrecision(value >= 1_000 ? 4 : 3)} ${NAMES[unit]}`;
}

const NAMES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
