import { z } from 'zod';

const count = z.number().min(0);

/** Counters since the start of the process, unless they say otherwise. */
export const gatewayFigures = z.object({
  /** Messages that it took for good: durable on the log, accepted or rejected. */
  received: count,
  /** Connections that it refused for overload. */
  refusedConnections: count,
  /** Messages that it answered with `retry`. */
  retriedMessages: count,
  /** Answers of the last minute by their time: how many took up to `boundSeconds`; the last bound is null, for the rest. */
  acknowledgements: z.array(z.object({ boundSeconds: z.number().nullable(), count })),
});
export type GatewayFigures = z.output<typeof gatewayFigures>;

export const workerFigures = z.object({
  /** Messages that it settled: stored, duplicate or rejected. */
  settledMessages: count,
  /** New readings. */
  storedReadings: count,
  /** Now, of its partitions: on the log and not stored; null: it has not looked yet. */
  lagMessages: count.nullable(),
  /** Now: age of the oldest message that it holds; 0: it holds none. */
  oldestSeconds: count,
});
export type WorkerFigures = z.output<typeof workerFigures>;

export type ProcessReport =
  | { readonly role: 'gateway'; readonly figures: GatewayFigures }
  | { readonly role: 'worker'; readonly figures: WorkerFigures };

/** A process says what it counts this often, ms. */
export const REPORT_EVERY_MS = 5_000;
