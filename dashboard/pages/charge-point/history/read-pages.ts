import { request, type PageOf } from '../../../api/api-client.js';

export interface PagesRead<Item> {
  readonly items: readonly Item[];
  /** false: there are more than were asked for. */
  readonly isWhole: boolean;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** A list of the API, page after page, up to `maxPages` of 1,000. */
export async function readPages<Item>(
  path: string,
  query: Query,
  maxPages: number,
  signal: AbortSignal,
): Promise<PagesRead<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await request<PageOf<Item>>(path, { query: { ...query, limit: 1_000, cursor }, signal });
    items.push(...answer.items);
    if (answer.nextCursor === null) return { items, isWhole: true };
    cursor = answer.nextCursor;
  }
  return { items, isWhole: false };
}
