/**
 * Most days that one read may open. Each is a table and an index to plan with and to lock: 1,500 of them take 300 ms before
 * the first row is read, and a handful of such reads at once fill the lock table of a PostgreSQL with default settings.
 */
export const MAX_WINDOW_DAYS = 400;

const DAY_MS = 86_400_000;

export type ReadingsWindow =
  /** Half-open. */
  | { readonly kind: 'window'; readonly fromMs: number; readonly toMs: number }
  /** No reading can lie in it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'tooLong'; readonly days: number };

/**
 * The time to read: what was asked for, cut to where readings are. Without `to` it ends with the newest reading, without
 * `from` it begins {@link MAX_WINDOW_DAYS} before its end, or with the oldest reading. All in ms since 1970 UTC.
 */
export function readingsWindow(
  asked: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
  stored: { readonly firstMs: number | undefined; readonly lastMs: number | undefined },
): ReadingsWindow {
  if (stored.lastMs === undefined) return { kind: 'empty' };
  const toMs = Math.min(asked.toMs ?? Infinity, stored.lastMs + 1);
  const fromMs = Math.max(asked.fromMs ?? toMs - MAX_WINDOW_DAYS * DAY_MS, stored.firstMs ?? -Infinity);
  if (fromMs >= toMs) return { kind: 'empty' };
  const days = Math.ceil((toMs - fromMs) / DAY_MS);
  return days > MAX_WINDOW_DAYS ? { kind: 'tooLong', days } : { kind: 'window', fromMs, toMs };
}

/**
 * All of the time that was asked for, cut to where readings are, in parts of at most {@link MAX_WINDOW_DAYS}. An end that
 * wasn't asked for is that of the readings.
 */
export function readingsWindowParts(
  asked: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
  stored: { readonly firstMs: number | undefined; readonly lastMs: number | undefined },
): { readonly fromMs: number; readonly toMs: number }[] {
  if (stored.firstMs === undefined || stored.lastMs === undefined) return [];
  const endMs = Math.min(asked.toMs ?? Infinity, stored.lastMs + 1);
  const parts = [];
  let fromMs = Math.max(asked.fromMs ?? -Infinity, stored.firstMs);
  while (fromMs < endMs) {
    const toMs = Math.min(fromMs + MAX_WINDOW_DAYS * DAY_MS, endMs);
    parts.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return parts;
}
