/** Energy of one step, or what is suspect. Times are ms since 1970 UTC, energy Wh. */
export interface Flow {
  readonly kind: 'measured' | 'estimated' | 'suspect';
  readonly wh: number;
  /** It flows evenly from here ... */
  readonly fromMs: number;
  /** ... to here. The same instant for what has no length, and for all that is suspect. */
  readonly toMs: number;
  /** The charging session that it belongs to; null: none. */
  readonly session: number | null;
  /** Time between the samples of a register's step, ms; null for all else. */
  readonly stepMs: number | null;
  /** Of a register's step, what it showed at its ends; null for all else. */
  readonly ends: { readonly from: number; readonly to: number } | null;
}
