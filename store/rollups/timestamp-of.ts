/** For a parameter of type timestamptz. @param ms since 1970 UTC; ±Infinity: PostgreSQL's own infinity. */
export function timestampOf(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  return ms < 0 ? '-infinity' : 'infinity';
}
