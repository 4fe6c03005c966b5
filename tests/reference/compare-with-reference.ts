import type { Aggregates } from './model.js';

/** Energies are sums of doubles whose order may differ. */
const TOLERANCE = 1e-6;
const WITH_TOLERANCE = ['measuredWh', 'estimatedWh', 'suspectWh', 'maxPowerW'];
const SHOWN = 20;

type Row = Readonly<Record<string, unknown>>;

/** @returns the differences as text, the first 20 of them; none when they are the same. Rows may be in any order. */
export function compareWithReference(actual: Aggregates, expected: Aggregates): string[] {
  const differences = [
    ...tableDifferences('buckets15m', actual.buckets15m, expected.buckets15m),
    ...tableDifferences('buckets1h', actual.buckets1h, expected.buckets1h),
    ...tableDifferences('buckets1d', actual.buckets1d, expected.buckets1d),
    ...tableDifferences('semantics', actual.semantics, expected.semantics),
    ...tableDifferences('slices', actual.slices, expected.slices),
  ];
  const more = differences.length - SHOWN;
  return [...differences.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
}

function tableDifferences(table: string, actual: readonly object[], expected: readonly object[]): string[] {
  const found = new Map(actual.map((row) => [keyOf(row as Row), row as Row]));
  const wanted = new Map(expected.map((row) => [keyOf(row as Row), row as Row]));
  const differences: string[] = [];
  if (found.size !== actual.length) {
    differences.push(`${table}: ${actual.length - found.size} rows are there twice`);
  }
  for (const [key, row] of wanted) {
    const other = found.get(key);
    if (other === undefined) {
      differences.push(`${table}: ${key} is missing: ${JSON.stringify(row)}`);
      continue;
    }
    for (const column of new Set([...Object.keys(row), ...Object.keys(other)])) {
      if (isSame(column, other[column], row[column])) continue;
      differences.push(
        `${table}: ${key}: ${column} is ${text(other[column])} instead of ${text(row[column])}`,
      );
    }
  }
  for (const [key, row] of found) {
    if (!wanted.has(key)) differences.push(`${table}: ${key} is not expected: ${JSON.stringify(row)}`);
  }
  return differences;
}

function keyOf({ series, bucketMs, transaction }: Row): string {
  const time = typeof bucketMs === 'number' ? ` @ ${new Date(bucketMs).toISOString()}` : '';
  const session = typeof transaction === 'string' ? ` of ${transaction}` : '';
  return `${String(series)}${time}${session}`;
}

function isSame(column: string, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!WITH_TOLERANCE.includes(column) || typeof a !== 'number' || typeof b !== 'number') return false;
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

function text(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
