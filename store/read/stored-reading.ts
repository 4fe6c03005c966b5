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
