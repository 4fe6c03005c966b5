/** Excel's limit for the text of one cell; longer text is cut off there when a workbook is saved. */
const CELL_LIMIT = 32_767;

/** A row of the workbook that can be sent. */
export interface Row {
  /** Row number in the sheet, as the spreadsheet shows it: the header is usually 1. */
  readonly rowNumber: number;
  readonly chargePointId: string;
  /** JSON text of the payload, sent as it is. */
  readonly payload: string;
  /** The payload's first timestamp, ms since 1970 UTC; null when it has none that can be read. */
  readonly timestampMs: number | null;
}

/** A row that can't be sent, and why. */
export interface BadRow {
  readonly rowNumber: number;
  readonly reason: string;
}

/** Every reason for which a row can't be sent, and what to do about it (docs/errors.md). */
export const BAD_ROW_REASONS = {
  'charge_point_id is empty': 'Fill in the charge point of the row.',
  'payload is empty': 'Fill in the payload of the row: the JSON text of a MeterValues request.',
  'payload is not JSON': 'Correct the cell; one that was cut off at 32,767 characters needs a .csv file.',
} as const;

type BadRowReason = keyof typeof BAD_ROW_REASONS;

export type ParsedRow =
  { readonly ok: true; readonly row: Row } | { readonly ok: false; readonly bad: BadRow };

/** Judges the two cells of a row. Whether the payload makes sense is for the server to say. */
export function parseRow(rowNumber: number, chargePointId: string, payload: string): ParsedRow {
  const bad = (reason: BadRowReason, more = ''): ParsedRow => ({
    ok: false,
    bad: { rowNumber, reason: `${reason}${more}` },
  });
  if (chargePointId.trim() === '') return bad('charge_point_id is empty');
  if (payload.trim() === '') return bad('payload is empty');
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    const cut =
      payload.length === CELL_LIMIT
        ? ' (it ends at the 32,767 characters that a cell can hold: use a .csv file)'
        : '';
    return bad('payload is not JSON', cut);
  }
  return { ok: true, row: { rowNumber, chargePointId, payload, timestampMs: firstTimestamp(parsed) } };
}

function firstTimestamp(payload: unknown): number | null {
  const entries = property(payload, 'meterValue');
  const timestamp = Array.isArray(entries) ? property(entries[0], 'timestamp') : undefined;
  if (typeof timestamp !== 'string') return null;
  const milliseconds = Date.parse(timestamp);
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
