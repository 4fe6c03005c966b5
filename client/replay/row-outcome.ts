/** What became of a row. */
export type RowOutcome =
  /** The message log has it durably. */
  | { readonly kind: 'accepted' }
  /** By the server's answer: it can never become a reading, and is kept in quarantine. */
  | { readonly kind: 'rejected'; readonly code: string; readonly reason: string }
  /** Nobody took it: it names no charge point, or the server would not have its frame or its charge point. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };
