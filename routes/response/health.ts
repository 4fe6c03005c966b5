import { z } from 'zod';

export const health = z
  .object({ status: z.enum(['ok', 'unavailable']), database: z.enum(['ok', 'unavailable']) })
  .meta({ id: 'Health', examples: [{ status: 'ok', database: 'ok' }] });
