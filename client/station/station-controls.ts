import type { DeviceControls, Site } from './device-controls.js';
import type { Heartbeat } from './heartbeat.js';
import type { SessionNames } from './session-names.js';

/** What of a station the server can reach. */
export interface Controlled {
  readonly site: Site | null;
  readonly heartbeat: Heartbeat;
  readonly names: SessionNames;
  reset(reason: string): void;
  boot(): void;
  sendHeartbeat(): void;
  sayStatus(connectorId: number): void;
}

export function stationControls(station: Controlled): DeviceControls {
  const { site, heartbeat, names } = station;
  return {
    site,
    get heartbeatIntervalS() {
      return heartbeat.intervalMs === null ? null : heartbeat.intervalMs / 1_000;
    },
    set heartbeatIntervalS(seconds) {
      if (seconds !== null) heartbeat.interval(seconds);
    },
    connectorOf: (transactionId) => names.connectorOf(transactionId),
    reset: (reason) => station.reset(reason),
    boot: () => station.boot(),
    heartbeat: () => station.sendHeartbeat(),
    sayStatus: (connectorId) => station.sayStatus(connectorId),
  };
}
