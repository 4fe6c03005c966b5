/** Asked at the door when unknown charge points are refused. A rejection is an outage: the client gets 503. */
export interface ChargePointDirectory {
  isKnown(chargePointId: string): Promise<boolean>;
}
