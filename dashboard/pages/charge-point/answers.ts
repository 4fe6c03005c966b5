/** Of `GET /v1/aggregates?groupBy=series`, as far as it is drawn. Times are ISO 8601. */
export interface Aggregate {
  readonly start: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/** Of `GET /v1/energy?interval=`. */
export interface IntervalEnergy {
  readonly start: string;
  readonly end: string;
  readonly energyWh: number;
  readonly measuredWh: number;
  readonly estimatedWh: number;
  readonly suspectWh: number;
}

/** Of `GET /v1/transactions`. */
export interface Session {
  readonly id: string;
  readonly connectorId: number | null;
  readonly evseId: number | null;
  readonly idTag: string | null;
  readonly reason: string | null;
  readonly state: 'open' | 'closed' | 'abandoned';
  readonly source: 'session' | 'readings';
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number | null;
  readonly energyWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  readonly maxPowerW: number | null;
}

/** Of `GET /v1/charge-points/{id}/connection`. */
export interface Connection {
  readonly state: 'connected' | 'disconnected' | 'lost';
  readonly protocol: string;
  readonly connectedAt: string;
  readonly lastMessageAt: string | null;
  readonly disconnectedAt: string | null;
  readonly closeReason: string | null;
  readonly remoteAddress: string;
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
}
