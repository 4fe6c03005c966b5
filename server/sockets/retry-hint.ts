const MIN_MS = 1_000;
const MAX_MS = 5_000;

/** When a client that is refused now should try again, ms. Random, so that those refused together don't return together. */
export function retryHintMs(random: () => number = Math.random): number {
  return MIN_MS + Math.floor(random() * (MAX_MS - MIN_MS + 1));
}
