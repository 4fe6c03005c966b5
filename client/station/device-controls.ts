/** What stands at a charge point and isn't its to decide: cars, cables, meters. Connectors count from 1. */
export interface Site {
  readonly connectors: number;
  /** A session begins with this card at a connector, or at any free one: false when none is free. */
  start(connectorId: number | null, idTag: string): boolean;
  /** The session at a connector ends. `reason` as OCPP 1.6 has it. false: there is none. */
  stop(connectorId: number, reason: string): boolean;
  /** Reads the meter of a connector and says so, since somebody asked. */
  measure(connectorId: number): void;
  /** s between the samples of a session. */
  sampleIntervalS: number;
}

/** What a server can do to a device, whatever the protocol. */
export interface DeviceControls {
  readonly site: Site | null;
  /** s; null before the server said. */
  heartbeatIntervalS: number | null;
  /** Connector of the session that the server calls so; null when there is none. */
  connectorOf(transactionId: string): number | null;
  /** Ends sessions and the connection, and starts anew. */
  reset(reason: string): void;
  boot(): void;
  heartbeat(): void;
  sayStatus(connectorId: number): void;
}

/** How a device answers a call of the server. `then` is done once the answer has left. */
export interface CallAnswer {
  readonly payload: object;
  readonly then?: () => void;
}

/** null: an action that this device doesn't serve. */
export type AnswerCall = (action: string, payload: unknown, device: DeviceControls) => CallAnswer | null;

/** All connectors, or the one that is named; none for one that isn't there. */
export function connectorsMeant({ site }: DeviceControls, named: number | undefined): readonly number[] {
  const all = Array.from({ length: site?.connectors ?? 1 }, (_, index) => index + 1);
  return named === undefined || named === 0 ? all : all.filter((id) => id === named);
}
