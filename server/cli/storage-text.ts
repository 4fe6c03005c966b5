import Table from 'cli-table3';
import type { StorageFigures } from '../compose/storage.js';
import { bytesText } from './bytes-of-text.js';

/** Bytes that a day adds in the long run; null: there is no day to judge by. */
function growthPerDay(figures: StorageFigures): number | null {
  const { rowBytesPerDay, compactedBytesPerDay, aggregateBytesPerDay, compactAfterDays } = figures;
  // Rows that are compacted in the end take room for a while only.
  const raw =
    compactAfterDays !== null && compactedBytesPerDay !== null ? compactedBytesPerDay : rowBytesPerDay;
  return raw === null ? null : raw + (aggregateBytesPerDay ?? 0);
}

/** Whole days that the disk lasts; null: it grows not, or isn't known. */
function daysLeft(figures: StorageFigures, diskBytes: number | null): number | null {
  const growth = growthPerDay(figures);
  if (diskBytes === null || growth === null || growth <= 0) return null;
  return Math.max(0, Math.floor((diskBytes - figures.bytes) / growth));
}

/** One JSON line, for scripts. Sizes are bytes. */
export function storageLine(figures: StorageFigures, diskBytes: number | null): string {
  return JSON.stringify({
    ...figures,
    growthBytesPerDay: growthPerDay(figures),
    diskBytes,
    daysLeft: daysLeft(figures, diskBytes),
  });
}

/** What a person reads. */
export function storageText(figures: StorageFigures, diskBytes: number | null): string {
  const table = new Table({
    head: ['what', 'size', 'of it indexes'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, bytes, indexBytes } of figures.items) {
    table.push([name, bytesText(bytes), bytesText(indexBytes)]);
  }
  const { days } = figures;
  const growth = growthPerDay(figures);
  const left = daysLeft(figures, diskBytes);
  return [
    table.toString(),
    `The database has ${bytesText(figures.bytes)}.`,
    days.rows === 0
      ? `No day has readings as rows; of ${days.compacted} days there are compacted ones.`
      : `${days.rows} days have readings as rows, from ${days.first} to ${days.last}; of ${days.compacted} days there are compacted ones.`,
    `Partitions are made ${days.ahead} days ahead.`,
    ...perDay('A day of rows has', figures.rowBytesPerDay),
    ...perDay('A compacted day has', figures.compactedBytesPerDay),
    ...perDay('Aggregates have', figures.aggregateBytesPerDay, ' a day'),
    growth === null
      ? 'No whole day is there yet to tell the growth by.'
      : `In the long run a day adds ${bytesText(Math.round(growth))}.`,
    ...(left === null
      ? []
      : [`A disk of ${bytesText(diskBytes ?? 0)} lasts for ${left.toLocaleString('en-US')} days.`]),
  ].join('\n');
}

const perDay = (what: string, bytes: number | null, rest = ''): string[] =>
  bytes === null ? [] : [`${what} ${bytesText(Math.round(bytes))}${rest}.`];
