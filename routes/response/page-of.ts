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

/** The same of a list that changes can be followed of. */
export function livePageOf<Item extends z.ZodType>(id: string, item: Item) {
  return pageOf(id, item)
    .extend({
      changeId: z
        .string()
        .describe(
          'What the page is as of: `/v1/changes` and `/live` go on after it. The `ETag` leaves it out. Of several pages the first one counts.',
        ),
    })
    .meta({ id });
}
