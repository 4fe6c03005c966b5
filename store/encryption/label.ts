import type { FieldCipher, Place } from './field-cipher.js';

interface Labelled {
  readonly id: string;
  readonly label: string;
}

export function labelPlace(chargePointId: string): Place {
  return { column: 'charge_points.label', row: chargePointId };
}

/** Of a row of `charge_points`, wherever a copy of it lies. Throws DATA_KEY_MISSING or DATA_UNREADABLE. */
export function withLabelOpened<Row extends Labelled>(cipher: FieldCipher, row: Row): Row {
  return { ...row, label: cipher.open(labelPlace(row.id), row.label) };
}
