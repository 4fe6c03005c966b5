import { z } from 'zod';

/** An instant in a cursor, ms since 1970 UTC: what PostgreSQL and ISO 8601 can both write. */
export const timeMs = z
  .int()
  .min(Date.parse('0001-01-01T00:00:00Z'))
  .max(Date.parse('9999-12-31T23:59:59.999Z'));
