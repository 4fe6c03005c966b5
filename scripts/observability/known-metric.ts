/** What is known of a metric, whoever tells it. */
export interface KnownMetric {
  /** Its own; those of its target come on top. */
  readonly labels: readonly string[];
  /** What a label may be, where that is known. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}
