import { z } from 'zod';
import { once } from './parameters.js';

const MAX_ROWS = 2_147_483_647;

/** Without it, all rows. */
const exportLimit = once(
  z
    .string()
    .refine((value) => /^[1-9]\d{0,9}$/.test(value) && Number(value) <= MAX_ROWS, {
      error: `expected a whole number from 1 to ${MAX_ROWS}`,
    })
    .transform(Number),
).optional();

/** What the query of a list means for CSV and NDJSON: everything, unless there is a limit. */
export type ExportQuery<Query> = Omit<Query, 'limit'> & { readonly limit?: number | undefined };

/** The schema of an {@link ExportQuery}. */
export function exportQuery(query: z.ZodObject): z.ZodObject {
  return 'limit' in query.shape ? query.safeExtend({ limit: exportLimit }) : query;
}
