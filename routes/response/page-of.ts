import { z } from 'zod';

/** One page of a list. `id` names it among the schemas of the OpenAPI document. */
export function pageOf<Item extends z.ZodType>(id: string, item: Item) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z
        .string()
        .nullable()
        .describe('Repeat the request with this as `cursor` for the next page; null on the last one.'),
    })
    .meta({ id });
}
