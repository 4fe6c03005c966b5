import type { Random } from '../helpers/seeded-random.js';

/**
 * The order in which a stream arrives of which a share is late. How late is as likely between one and two minutes as between one
 * and two hours: a network that comes back soon is more frequent than one that was lost for long.
 *
 * @param items in the order of their time, evenly spread over `spanMs`.
 */
export function withLate<Item>(
  items: readonly Item[],
  spanMs: number,
  late: { readonly share: number; readonly fromMs: number; readonly toMs: number },
  random: Random,
): Item[] {
  const perMs = items.length / spanMs;
  const arrivals = items.map((item, index) => {
    if (random() >= late.share) return { item, at: index };
    const delayMs = late.fromMs * (late.toMs / late.fromMs) ** random();
    return { item, at: index + delayMs * perMs };
  });
  return arrivals.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
