import type { Reading } from '../../protocol/reading.js';
import type { ChargePoint } from './charge-points.js';
import type { StagedRow } from './staged-row.js';

/** A row whose ids are 0 until they are known. */
export type Draft = { -readonly [K in keyof StagedRow]: StagedRow[K] };

/** A draft with an id that isn't known by heart. */
export interface Unresolved {
  readonly row: Draft;
  readonly reading: Reading;
  readonly chargePoint: ChargePoint;
}

/** The rows of a batch in the making. Sees every reading: what is known by heart costs a look into three Maps. */
export class Drafts {
  readonly rows: Draft[] = [];
  readonly unresolved: Unresolved[] = [];

  /** @param contexts ids of those known by heart. */
  constructor(private readonly contexts: ReadonlyMap<string, number>) {}

  /** @param part of the message: see {@link StagedRow}. */
  add(message: number, part: number, reading: Reading, chargePoint: ChargePoint, receivedAtMs: number): void {
    const { transactionId } = reading;
    const row: Draft = {
      message,
      part,
      seriesId: chargePoint.series.get(seriesText(reading)) ?? 0,
      contextId: this.contexts.get(reading.context) ?? 0,
      timestampMs: reading.timestampMs,
      value: reading.value,
      transactionId: transactionId === null ? null : (chargePoint.transactions.get(transactionId) ?? 0),
      externalId: transactionId,
      quality: reading.quality,
      receivedAtMs,
    };
    this.rows.push(row);
    if (row.seriesId === 0 || row.contextId === 0 || row.transactionId === 0) {
      this.unresolved.push({ row, reading, chargePoint });
    }
  }
}

/** All of a series' identity but the charge point. Names that can be stored have no NUL: no two series share a text. */
export function seriesText({ connectorId, evseId, measurand, phase, location, unit }: Reading): string {
  return `${connectorId}\0${evseId}\0${measurand}\0${phase}\0${location}\0${unit}`;
}
