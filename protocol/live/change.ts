/** A reading as the live feed tells it: the fields and names of `GET /v1/readings`. */
export interface LiveReading {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  /** '' when the value is of no single phase. */
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  /** ISO 8601 UTC with milliseconds. */
  readonly timestamp: string;
  /** In `unit`. */
  readonly value: number;
  readonly transactionId: string | null;
  /** As `GET /v1/readings` has it. */
  readonly quality: readonly string[];
}

/** A charge point as the live feed tells it: the fields and names of `GET /v1/charge-points/{id}`. */
export interface LiveChargePoint {
  readonly id: string;
  readonly label: string;
  readonly site: string;
  readonly status: 'active' | 'held' | 'retired';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** What changes. `fleet` are figures of the moment, sent as STATUS and never stored. */
export const CHANGE_KINDS = ['reading', 'chargePoint'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
export const LIVE_KINDS = [...CHANGE_KINDS, 'fleet'] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

export interface DataOfKind {
  readonly reading: LiveReading;
  readonly chargePoint: LiveChargePoint;
}

/** One change, before it is known who hears it. */
export type Change = { readonly [Kind in ChangeKind]: ChangeOf<Kind> }[ChangeKind];

export type ChangeOf<Kind extends ChangeKind> = {
  readonly kind: Kind;
  /** When it was committed, ISO 8601 UTC with milliseconds. */
  readonly timestamp: string;
  /** `position.index`: what to resume after. */
  readonly changeId: string;
} & (
  | { readonly type: 'INSERT'; readonly data: DataOfKind[Kind] }
  | { readonly type: 'UPDATE'; readonly oldData: DataOfKind[Kind]; readonly newData: DataOfKind[Kind] }
  | { readonly type: 'DELETE'; readonly data: DataOfKind[Kind] }
);
