const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An instant (ms since 1970 UTC) as PostgreSQL reads it, within the years 1 to 9999; null for undefined. */
export function timeParameter(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}
