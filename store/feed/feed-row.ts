/**
 * One row of the change feed, as it lies in the table `feed`. Its changes are numbered: those of a readings row first by the
 * columns of `inserted`, then by those of `replaced`; a charge point's row has one change, 0.
 */
export type FeedRow =
  | (FeedPlace & { readonly kind: 'readings'; readonly payload: ReadingsPayload })
  | (FeedPlace & { readonly kind: 'chargePoint'; readonly payload: ChargePointPayload });

interface FeedPlace {
  /** Dense and rising in the order of commits. */
  readonly position: number;
  /** By the clock of the database, ms since 1970 UTC. */
  readonly committedAtMs: number;
}

/** Columns of one length. */
export interface ReadingColumns {
  /** Ids of the table `series`. */
  readonly series: readonly number[];
  /** ms since 1970 UTC. */
  readonly ts: readonly number[];
  /** Ids of the table `contexts`. */
  readonly context: readonly number[];
  /** In the unit of the series. */
  readonly value: readonly number[];
  /** The charging session as the charge point names it. */
  readonly transaction: readonly (string | null)[];
  /** Bits of `Quality`. */
  readonly quality: readonly number[];
}

/** What stood under the same keys before. */
export interface ReplacedColumns extends ReadingColumns {
  readonly oldValue: readonly number[];
  readonly oldTransaction: readonly (string | null)[];
  readonly oldQuality: readonly number[];
}

export interface ReadingsPayload {
  /** Keys that were not there before. */
  readonly inserted: ReadingColumns;
  /** Keys whose standing reading is another one now (see `reading_conflicts`). Absent: none. */
  readonly replaced?: ReplacedColumns;
}

/** As JSON has it: times are ISO 8601 with an offset and microseconds. */
export interface ChargePointRow {
  readonly id: string;
  readonly label: string;
  readonly site: string;
  readonly status: 'active' | 'held' | 'retired';
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** A retired charge point is none: retiring is `delete`, its return `insert`. */
export type ChargePointPayload =
  | { readonly op: 'insert'; readonly old: null; readonly new: ChargePointRow }
  | { readonly op: 'update'; readonly old: ChargePointRow; readonly new: ChargePointRow }
  | { readonly op: 'delete'; readonly old: ChargePointRow; readonly new: null };
