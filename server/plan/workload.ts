/** What is to be carried. All are finite and not negative. */
export interface Workload {
  readonly chargePoints: number;
  /** ms between two messages of a charge point. */
  readonly intervalMs: number;
  /** Measurands of a message. */
  readonly measurands: number;
  /** Values of each measurand: 1, or one a phase. */
  readonly phases: number;
  /** How long readings are kept, ms. */
  readonly retentionMs: number;
  /** How long aggregates are kept, ms; at least as long as readings. */
  readonly aggregateRetentionMs: number;
  /** A message on the log, bytes; null: as large as its measurands make it. */
  readonly messageBytes: number | null;
  /** The busiest minutes against the mean: reconnects, backlogs, the evening. */
  readonly peakFactor: number;
  /** How long the log keeps messages, ms. */
  readonly logRetentionMs: number;
  /** Copies of each message on the log. */
  readonly replication: number;
  /** Hot standbys of PostgreSQL. */
  readonly replicas: number;
  /** Subscribers of the live feed: open dashboards and programs. */
  readonly subscribers: number;
  /** Charge points that a subscriber follows. */
  readonly watched: number;
  /** Questions a second to the API that are not answered from memory. */
  readonly queries: number;
  /** Charging sessions of a charge point a day. */
  readonly sessions: number;
  /** How long backups and the write-ahead log between them are kept, ms. */
  readonly backupRetentionMs: number;
}

/** What follows from it before anything is measured. */
export interface Traffic {
  readonly messagesPerSecond: number;
  readonly readingsPerMessage: number;
  readonly readingsPerSecond: number;
  readonly peakMessagesPerSecond: number;
  readonly peakReadingsPerSecond: number;
  readonly messageBytes: number;
  readonly series: number;
  readonly readingsPerDay: number;
  readonly readingsKept: number;
  /** 15 minutes of a series that have a reading, a day. */
  readonly bucketsPerDay: number;
}

const SECOND_MS = 1_000;
export const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** The envelope of a MeterValues without its sampled values, and one of these; `plan.test.ts` holds them to the protocol's own. */
const ENVELOPE_BYTES = 220;
const SAMPLED_VALUE_BYTES = 125;

export function trafficOf(workload: Workload): Traffic {
  const { chargePoints, intervalMs, measurands, phases, peakFactor, retentionMs } = workload;
  const readingsPerMessage = measurands * phases;
  const messagesPerSecond = chargePoints / (intervalMs / SECOND_MS);
  const readingsPerSecond = messagesPerSecond * readingsPerMessage;
  const series = chargePoints * readingsPerMessage;
  const readingsPerDay = (series * DAY_MS) / intervalMs;
  return {
    messagesPerSecond,
    readingsPerMessage,
    readingsPerSecond,
    peakMessagesPerSecond: messagesPerSecond * peakFactor,
    peakReadingsPerSecond: readingsPerSecond * peakFactor,
    messageBytes: workload.messageBytes ?? ENVELOPE_BYTES + readingsPerMessage * SAMPLED_VALUE_BYTES,
    series,
    readingsPerDay,
    readingsKept: (readingsPerDay * retentionMs) / DAY_MS,
    bucketsPerDay: series * Math.min(DAY_MS / QUARTER_MS, DAY_MS / intervalMs),
  };
}
