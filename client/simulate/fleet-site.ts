import type { Site } from '../station/device-controls.js';
import type { Station } from '../station/station.js';
import type { ConnectorScript } from './connector-script.js';

/** A connector of a station, and what happens at it. */
export interface ConnectorPlace {
  readonly station: Station;
  readonly script: ConnectorScript;
  readonly connectorId: number;
}

export interface SiteParts<P extends ConnectorPlace> {
  readonly connectors: number;
  /** By connector; they come after the station that they belong to. */
  readonly places: readonly P[];
  readonly simulatedTime: () => number;
  /** What happens next there is another thing now. */
  readonly changed: (place: P) => void;
}

/** What the server's calls reach at a simulated charge point. */
export function fleetSite<P extends ConnectorPlace>(parts: SiteParts<P>): Site {
  const { connectors, places, simulatedTime, changed } = parts;
  const at = (connectorId: number): P | undefined => places[connectorId - 1];
  return {
    connectors,
    start(connectorId, idTag) {
      const wanted = connectorId === null ? places : [at(connectorId)];
      const free = wanted.find((place) => place?.script.session === null);
      if (free?.script.startNow(simulatedTime(), idTag) !== true) return false;
      changed(free);
      return true;
    },
    stop(connectorId, reason) {
      const place = at(connectorId);
      if (place?.script.stopNow(simulatedTime(), reason) !== true) return false;
      changed(place);
      return true;
    },
    measure(connectorId) {
      const place = at(connectorId);
      place?.station.reading(connectorId, place.script.session, place.script.measureNow(simulatedTime()));
    },
    get sampleIntervalS() {
      return (places[0]?.script.intervalMs ?? 0) / 1_000;
    },
    set sampleIntervalS(seconds) {
      for (const { script } of places) script.intervalMs = seconds * 1_000;
    },
  };
}
