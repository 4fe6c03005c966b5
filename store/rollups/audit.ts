/** Of what and when an aggregate is. */
export interface Place {
  /** null: of a session that no series tells of any more. */
  readonly seriesId: number | null;
  /** Begin of the bucket, ms since 1970 UTC; null: of the series as a whole. */
  readonly ms: number | null;
}

/** Hears where aggregates were other than what the readings say. */
export interface Audit {
  differed(table: string, places: readonly Place[]): void;
}
