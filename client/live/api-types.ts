/** Answers of the REST API, and what is asked of it. Times are ISO 8601 UTC with milliseconds, energy in Wh, power in W. */

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Repeat the request with this as `cursor` for the next page; null on the last one. */
  readonly nextCursor: string | null;
  /** Position of the change feed: subscribing with it as `changeId` goes on from this answer. */
  readonly changeId?: string;
}

export type QueryValue = string | number | boolean | Date | readonly string[] | undefined;
/** Parameters of a request; a list repeats its name, undefined leaves it out. */
export type Query = Readonly<Record<string, QueryValue>>;

/** As much of an AbortSignal as is used: this package names no type that only some runtimes have. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(name: 'abort', action: () => void): void;
  removeEventListener(name: 'abort', action: () => void): void;
}

export interface RequestOptions {
  /** An AbortSignal. It ends the request, which then rejects with `aborted`; a push ends `unconfirmed`. */
  readonly signal?: Signal | undefined;
}

interface Paging {
  /** 1 to 1,000, default 100. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** From `from` (included) to `to` (not). */
interface Range {
  readonly from?: Date | string;
  readonly to?: Date | string;
}

export interface ChargePointsQuery extends Paging {
  readonly site?: string;
  /** Default: all but `retired`. */
  readonly status?: 'active' | 'held' | 'retired' | 'all';
  /** Text in id or label, in whatever case. */
  readonly search?: string;
}

export interface ReadingsQuery extends Paging, Range {
  /** Up to 100. */
  readonly chargePointId: string | readonly string[];
  readonly connectorId?: number;
  readonly measurand?: string;
  readonly phase?: string;
  readonly context?: string;
}

export type Interval = '15m' | '1h' | '1d' | '1mo';

export interface EnergyQuery extends Paging {
  readonly from: Date | string;
  readonly to: Date | string;
  /** One item for each; without it one for the whole range. */
  readonly interval?: Interval;
  /** Of days and months, such as `Europe/Vienna`. Default UTC. */
  readonly timezone?: string;
  readonly chargePointId?: string | readonly string[];
  readonly site?: string;
  readonly connectorId?: number;
  readonly measurand?: string;
  /** Default `chargePoint`. */
  readonly groupBy?: 'connector' | 'chargePoint' | 'site' | 'none' | 'transaction';
}

export interface AggregatesQuery extends Omit<EnergyQuery, 'groupBy'> {
  readonly phase?: string;
  /** Default `series`. Other groupings demand `measurand`. */
  readonly groupBy?: 'series' | 'connector' | 'chargePoint' | 'site' | 'none';
}

export interface TransactionsQuery extends Paging, Range {
  readonly chargePointId?: string | readonly string[];
  readonly status?: 'open' | 'closed' | 'abandoned' | 'active' | 'ended' | 'unmatched' | 'observed' | 'all';
  readonly transactionId?: string;
  readonly connectorId?: number;
}

/** Energy of an interval, or of a session. What was not grouped by is left out. */
export interface Energy {
  readonly start: string;
  /** null: of a session that is not closed. */
  readonly end: string | null;
  readonly transactionId?: string | undefined;
  readonly chargePointId?: string | undefined;
  readonly evseId?: number | null | undefined;
  readonly connectorId?: number | null | undefined;
  readonly site?: string | undefined;
  /** `measuredWh` and `estimatedWh` together. */
  readonly energyWh: number;
  readonly measuredWh: number;
  /** Across gaps, spread evenly over them. */
  readonly estimatedWh: number;
  /** What placeholders and impossible steps would have added: part of no sum. */
  readonly suspectWh: number;
}

/** Samples of a bucket of time. What was not grouped by is left out. */
export interface Aggregate {
  readonly start: string;
  readonly end: string;
  readonly chargePointId?: string | undefined;
  readonly evseId?: number | undefined;
  readonly connectorId?: number | undefined;
  readonly site?: string | undefined;
  readonly measurand: string;
  readonly phase: string;
  readonly location?: string | undefined;
  readonly unit: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly sum: number;
  readonly first: number;
  readonly last: number;
  readonly conflicts: number;
}

/** A charging session. */
export interface Transaction {
  /** As the charge point names it. */
  readonly id: string;
  readonly chargePointId: string;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly status: 'active' | 'ended' | 'unmatched' | 'observed';
  readonly idTag: string | null;
  readonly startedAt: string | null;
  readonly meterStartWh: number | null;
  readonly endedAt: string | null;
  readonly meterStopWh: number | null;
  readonly reason: string | null;
  readonly energyWh: number | null;
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  readonly maxPowerW: number | null;
  readonly state: 'open' | 'closed' | 'abandoned';
  readonly source: 'session' | 'readings';
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number | null;
}

/** Counted exactly, since ever. */
export interface Stats {
  readonly messages: Readonly<Record<'received' | 'stored' | 'duplicate' | 'rejected', number>>;
  readonly readings: Readonly<
    Record<'stored' | 'duplicate' | 'conflicting' | 'rejected' | 'waiting', number>
  >;
  readonly chargePoints: number;
  readonly transactions: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface NewChargePoint {
  /** 1 to 255 characters without control characters. */
  readonly id: string;
  readonly label?: string;
  readonly site?: string;
  /** Default `active`. What a `held` one sends is kept aside until it is activated. */
  readonly status?: 'active' | 'held';
}

/** What is left out stays as it is. `status: 'active'` approves one that is held, and brings a retired one back. */
export interface ChargePointPatch {
  readonly label?: string;
  readonly site?: string;
  readonly status?: 'active' | 'held' | 'retired';
}

export interface VersionOptions extends RequestOptions {
  /** Do it only while the charge point is of this version: else it rejects with `conflict`. Default: whatever it is. */
  readonly version?: number;
}
