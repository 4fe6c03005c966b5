/** Rows of a list without end, for CSV and NDJSON: read page by page, so that memory stays flat whatever their number. */
export interface RowStream {
  /** The fields of each row, in the order of CSV's columns. */
  readonly columns: readonly string[];
  /**
   * Pages of presented rows. A page is asked for when the client has taken the one before. The signal aborts when the client
   * is gone.
   */
  pages(signal: AbortSignal): AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;
}
