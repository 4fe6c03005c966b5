/** docs/energy.md, "Edits": what the rules are given of a series. */
import type { Edit, Reading } from './model.js';

export interface EditedReadings {
  readonly readings: Reading[];
  /** Left out: of them only ends of transactions are heeded. */
  readonly excluded: Reading[];
}

/** Both are of one series. */
export function editedReadings(readings: readonly Reading[], edits: readonly Edit[]): EditedReadings {
  const kept: Reading[] = [];
  const excluded: Reading[] = [];
  for (const reading of readings) {
    const edit = decisive(edits, reading.timestampMs);
    const isConfirmed = confirms(edits, reading.timestampMs);
    if (edit?.action === 'exclude') excluded.push(reading);
    else if (edit === null) kept.push({ ...reading, isConfirmed });
    else kept.push({ ...reading, isConfirmed, value: edit.value ?? NaN, typed: 'replaced' });
  }
  const instants = new Set(readings.map(({ timestampMs }) => timestampMs));
  for (const { series, fromMs: timestampMs, action } of edits) {
    if ((action !== 'replace' && action !== 'insert') || instants.has(timestampMs)) continue;
    const edit = decisive(edits, timestampMs);
    if (edit === null || edit.action === 'exclude') continue;
    instants.add(timestampMs);
    kept.push({
      series,
      timestampMs,
      context: 'Sample.Periodic',
      value: edit.value ?? NaN,
      transaction: edit.transaction,
      typed: 'inserted',
      isConfirmed: confirms(edits, timestampMs),
    });
  }
  return { readings: kept, excluded };
}

/** The one that says what there is at an instant. */
function decisive(edits: readonly Edit[], timeMs: number): Edit | null {
  let found: Edit | null = null;
  for (const edit of edits) {
    if (edit.action === 'confirm' || timeMs < edit.fromMs || timeMs >= edit.toMs) continue;
    if (found === null || edit.id > found.id) found = edit;
  }
  return found;
}

function confirms(edits: readonly Edit[], timeMs: number): boolean {
  return edits.some(({ action, fromMs, toMs }) => action === 'confirm' && timeMs >= fromMs && timeMs < toMs);
}
