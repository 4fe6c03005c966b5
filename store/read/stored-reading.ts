/** A reading as it is read back: its series, its key and what it says. */
export interface StoredReading {
  readonly seriesId: number;
  readonly contextId: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  /** '' when the value is of no single phase. */
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  readonly timestamp: Date;
  /** In `unit`. */
  readonly value: number;
  /** The charging session as the charge point names it. */
  readonly transactionId: string | null;
  /** Bits of `Quality`. */
  readonly quality: number;
}

/** Columns of a {@link StoredReading}: of `row`, its series `s` and its context `c`. */
export const storedReadingColumns = (row: string): string => `
  s.id as "seriesId", ${row}.context as "contextId", s.charge_point_id as "chargePointId",
  s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand, s.phase, s.location, s.unit,
  c.name as context, ${row}.ts as timestamp, ${row}.value, ${row}.quality,
  (select external_id from transactions where id = ${row}.transaction_id) as "transactionId"`;
