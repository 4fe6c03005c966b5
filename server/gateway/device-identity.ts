/** Asked at the door when charge points have to show who they are. A rejection is an outage: the client gets 503. */
export interface DeviceIdentity {
  /** Whether it is the charge point that it says, by the header Authorization of its handshake. */
  isItself(chargePointId: string, authorization: string | undefined): Promise<boolean>;
}
