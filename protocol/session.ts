/**
 * A charging session as charge points tell of it, beside the readings they send: StartTransaction and StopTransaction of OCPP
 * 1.6, and the TransactionEvent of 2.0.1, of which `Started` is a start, `Ended` a stop and `Updated` an update.
 */
export interface SessionStart extends ToldByEvent {
  readonly kind: 'start';
  /** As `transactions.external_id`: the allocated id in decimal (OCPP 1.6), or the charge point's own text (2.0.1). */
  readonly transactionId: string;
  /** Where a StartTransaction says that it takes place; both null in OCPP 2.0.1, where it is `evse` that tells. */
  readonly evseId: number | null;
  readonly connectorId: number | null;
  /** '' when none was told. */
  readonly idTag: string;
  /** ms since 1970 UTC; null when the timestamp can't be used (which is a reject of its own). */
  readonly startedAtMs: number | null;
  /** null when meterStart can't be used. */
  readonly meterStartWh: number | null;
}

export interface SessionStop extends ToldByEvent {
  readonly kind: 'stop';
  readonly transactionId: string;
  readonly idTag: string | null;
  readonly endedAtMs: number | null;
  readonly meterStopWh: number | null;
  /** `Local` when none was sent, as the specification says (section 6.50). */
  readonly reason: string;
}

export interface SessionUpdate extends ToldByEvent {
  readonly kind: 'update';
  readonly transactionId: string;
  /** Who was authorized since the start; null: nothing is said of it. */
  readonly idTag: string | null;
}

/** What any TransactionEvent of OCPP 2.0.1 may tell, and tells once: not always the `Started`. */
interface ToldByEvent {
  /** Absent or null: it isn't told. */
  readonly evse?: ToldEvse | null | undefined;
}

export interface ToldEvse {
  readonly evseId: number;
  /** Of the EVSE; null: it isn't told. */
  readonly connectorId: number | null;
}

export type SessionEvent = SessionStart | SessionStop | SessionUpdate;

/**
 * `connectorId` of the readings of a StopTransaction, which names none, and of a TransactionEvent that names no EVSE: the sink
 * puts in where the session takes place, and keeps the readings waiting until that is known.
 */
export const CONNECTOR_OF_SESSION = -1;

/** Contexts of meterStart and meterStop: whole numbers, which would conflict with a fractional Transaction.Begin or .End. */
export const METER_START = 'MeterStart';
export const METER_STOP = 'MeterStop';
