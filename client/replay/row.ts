import { isChargePointId } from '../../protocol/identifier.js';
import { textOf, type Cell, type Oddity } from '../../tables/table.js';

/** Where a row stands. */
export interface Place {
  /** Name of the sheet; '' in a .csv file. */
  readonly sheet: string;
  /** Row number in the sheet, as the spreadsheet shows it: the header is usually 1. */
  readonly rowNumber: number;
}

/** A row of the workbook that can be sent. */
export interface Row extends Place {
  /** Id of its message, unique in the workbook. */
  readonly id: string;
  readonly chargePointId: string;
  /** Text of the payload, sent as it is. */
  readonly payload: string;
  /** Whether the payload is JSON. What isn't goes all the same, for the server to keep in quarantine. */
  readonly isJson: boolean;
  /** The payload's first timestamp, ms since 1970 UTC; null when it has none that can be read. */
  readonly timestampMs: number | null;
}

/** Every reason for which the replay doesn't send a row, and what to do about it (docs/errors.md). */
export const BAD_ROW_REASONS = {
  missing_charge_point: {
    meaning: 'charge_point_id is empty',
    remedy: 'Fill in the charge point of the row.',
  },
  invalid_charge_point: {
    meaning:
      'charge_point_id is longer than 255 characters or has characters that can not be seen, such as a line break',
    remedy: 'Give the charge point an id of 1 to 255 characters on one line.',
  },
  charge_point_is_date: {
    meaning: 'charge_point_id is a date in the workbook, which spreadsheets make of an id such as 3-12',
    remedy: 'Format the column as text and type the id again.',
  },
  charge_point_is_error: {
    meaning: 'charge_point_id is an error value in the workbook',
    remedy: 'Correct the formula of the cell, or write the id as a text.',
  },
  charge_point_lost_digits: {
    meaning: 'charge_point_id is a number of more than 15 digits, of which a spreadsheet keeps 15',
    remedy: 'Format the column as text and type the id again.',
  },
  unaddressable_charge_point: {
    meaning: 'charge_point_id is . or .., which no address of OCPP-J can carry',
    remedy: 'Send it with --protocol json.',
  },
  formula_without_value: {
    meaning: 'the cell is a formula that was never calculated',
    remedy: 'Open the workbook in a spreadsheet program and save it: that writes the values.',
  },
} as const;

export type BadRowReason = keyof typeof BAD_ROW_REASONS;

/** A row that can't be sent, and why. */
export interface BadRow extends Place {
  /** As far as there is one. */
  readonly chargePointId: string;
  readonly code: BadRowReason;
  /** The code's meaning. */
  readonly reason: string;
}

export type ParsedRow =
  { readonly ok: true; readonly row: Row } | { readonly ok: false; readonly bad: BadRow };

/** Of ids alone: a payload may be any text. */
const ODD_IDS: Readonly<Record<Oddity, BadRowReason>> = {
  date: 'charge_point_is_date',
  error: 'charge_point_is_error',
  longNumber: 'charge_point_lost_digits',
  noValue: 'formula_without_value',
};

/** Judges the two cells of a row. Whether the payload makes sense is for the server to say. */
export function parseRow(
  place: Place & { readonly id: string },
  chargePoint: Cell | undefined,
  payloadCell: Cell | undefined,
): ParsedRow {
  const { id, sheet, rowNumber } = place;
  const chargePointId = textOf(chargePoint);
  const fault = faultOf(chargePoint, payloadCell);
  if (fault !== null) {
    const reason = BAD_ROW_REASONS[fault].meaning;
    return { ok: false, bad: { sheet, rowNumber, chargePointId, code: fault, reason } };
  }
  const payload = textOf(payloadCell);
  const head = { id, sheet, rowNumber, chargePointId, payload };
  try {
    return { ok: true, row: { ...head, isJson: true, timestampMs: firstTimestamp(JSON.parse(payload)) } };
  } catch {
    return { ok: true, row: { ...head, isJson: false, timestampMs: null } };
  }
}

function faultOf(chargePoint: Cell | undefined, payload: Cell | undefined): BadRowReason | null {
  if (typeof chargePoint === 'object') return ODD_IDS[chargePoint.oddity];
  if (textOf(chargePoint).trim() === '') return 'missing_charge_point';
  if (!isChargePointId(chargePoint)) return 'invalid_charge_point';
  return typeof payload === 'object' && payload.oddity === 'noValue' ? 'formula_without_value' : null;
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
