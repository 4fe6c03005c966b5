/** One value of a meter. */
export interface NewReading {
  readonly chargePointId: string;
  /** An ISO 8601 text goes as it is. */
  readonly timestamp: Date | string;
  /** In `unit`. A text is a decimal number, kept to its last digit. */
  readonly value: number | string;
  /** Default `Energy.Active.Import.Register`. */
  readonly measurand?: string;
  /** Default the measurand's: `Wh` for energy. Prefixes as in `kWh` are understood. */
  readonly unit?: string;
  readonly phase?: string;
  /** Default `Sample.Periodic`. */
  readonly context?: string;
  /** Default `Outlet`. */
  readonly location?: string;
  /** Default 0: the charge point as a whole. */
  readonly connectorId?: number;
  readonly transactionId?: number | string;
}

/** A message as `/ingest` takes it: several values at once, or whatever a device said. */
export interface NewMessage {
  readonly chargePointId: string;
  /** An OCPP 1.6 MeterValues.req. */
  readonly payload: unknown;
}

export type PushOutcome =
  /** Durable. Stored exactly once, however often it was sent. */
  | { readonly status: 'accepted' }
  /** Can never be accepted; kept in quarantine where the server could tell whose it is. */
  | { readonly status: 'rejected'; readonly error: PushRefusal }
  /** No answer came before the client was closed or the push aborted: it may have been stored. To push it again is safe. */
  | { readonly status: 'unconfirmed' };

export interface PushRefusal {
  /** From the closed list of reasons in the server's documentation, such as `invalid_timestamp`. */
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the message `{id, chargePointId, payload}`. */
  readonly path: string;
}
