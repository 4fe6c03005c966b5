/** Asked at the door when charge points have to show who they are. A rejection is an outage: the client gets 503. */
export interface DeviceIdentity {
  /** How it is asked for credentials; null: it can't give any. Default: by HTTP Basic. */
  readonly challenge?: null;
  /** Whether it is the charge point that it says, by the header Authorization of its handshake; at once where it need not ask. */
  isItself(chargePointId: string, authorization: string | undefined): boolean | Promise<boolean>;
  /** Keeps up to date what it knows, until the signal aborts. Never rejects. */
  run?(signal: AbortSignal): Promise<void>;
}
