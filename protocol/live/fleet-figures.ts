/**
 * The fleet at a glance: what `GET /v1/fleet` answers, and what subscriptions of the kind `fleet` are told. Rates are of the
 * time between two reports of each process (5 s); null: nobody reports it, or who did has fallen silent.
 */
export interface FleetFigures {
  /** Of the figures, by the clock of the database, ISO 8601 UTC with milliseconds. */
  readonly timestamp: string;
  /** Charge points connected by OCPP. */
  readonly connected: number;
  /** Open sockets of the gateways, those of `/ingest` included; null: no gateway reports. */
  readonly sockets: number | null;
  readonly chargePoints: { readonly active: number; readonly held: number; readonly retired: number };
  /** Processes. `lost` fell silent within the last ten minutes without saying that they end. */
  readonly gateways: { readonly alive: number; readonly lost: number };
  readonly workers: { readonly alive: number; readonly lost: number };
  readonly messagesPerSecond: {
    /** Taken by the gateways: those they acknowledged or rejected durably. */
    readonly received: number | null;
    /** Settled by the workers: stored, found to be repeated, or kept in quarantine. */
    readonly stored: number | null;
  };
  /** New ones that were stored. */
  readonly readingsPerSecond: number | null;
  /** From a complete frame to its answer, over the last minute; null also when nothing was acknowledged. */
  readonly acknowledgementSeconds: { readonly p50: number | null; readonly p99: number | null };
  readonly workerLag: {
    /** Messages on the log that are not stored yet. */
    readonly messages: number | null;
    /** Age of the oldest of them that a worker has taken from the log; 0: it has none in hand. */
    readonly oldestSeconds: number | null;
  };
  readonly shedsPerSecond: {
    /** Connections refused for overload. */
    readonly refusedConnections: number | null;
    /** Messages answered with `retry`. */
    readonly retriedMessages: number | null;
  };
  /** Quarantined parts that nothing good has come of yet. */
  readonly quarantineOpen: number;
  /** Readings that lost against another one of the same key, ever. */
  readonly conflicts: number;
  /** Age of the oldest change that the aggregates don't have yet; 0: they have all. */
  readonly rollupFreshnessSeconds: number;
}
