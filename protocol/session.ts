/** A charging session as OCPP 1.6 tells of it: StartTransaction and StopTransaction, beside the readings they carry. */
export interface SessionStart {
  readonly kind: 'start';
  /** As `transactions.external_id`: the allocated id in decimal. */
  readonly transactionId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly idTag: string;
  /** ms since 1970 UTC; null when the timestamp can't be used (which is a reject of its own). */
  readonly startedAtMs: number | null;
  /** null when meterStart can't be used. */
  readonly meterStartWh: number | null;
}

export interface SessionStop {
  readonly kind: 'stop';
  readonly transactionId: string;
  readonly idTag: string | null;
  readonly endedAtMs: number | null;
  readonly meterStopWh: number | null;
  /** `Local` when none was sent, as the specification says (section 6.50). */
  readonly reason: string;
}

export type SessionEvent = SessionStart | SessionStop;

/**
 * `connectorId` of the readings of a StopTransaction, which names none: the sink puts in the connector of the Start, and
 * keeps the readings waiting until there is one.
 */
export const CONNECTOR_OF_SESSION = -1;

/** Contexts of meterStart and meterStop: whole numbers, which would conflict with a fractional Transaction.Begin or .End. */
export const METER_START = 'MeterStart';
export const METER_STOP = 'MeterStop';
