import type { LiveStatus } from '../../client/live/index.js';

/** What there is to say of the connection. */
export type ConnectionState =
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting' }
  /** `seconds` until the next attempt; null: it is under way. */
  | { readonly kind: 'reconnecting'; readonly seconds: number | null }
  /** The browser has no network: no attempt would help. */
  | { readonly kind: 'offline' };

/** @param status null: the server has not told its addresses yet. */
export function connectionState(status: LiveStatus | null, online: boolean, nowMs: number): ConnectionState {
  if (status?.state === 'live') return { kind: 'live' };
  if (!online || status?.state === 'closed') return { kind: 'offline' };
  if (status?.state !== 'reconnecting') return { kind: 'connecting' };
  const { nextAttemptAt } = status;
  return {
    kind: 'reconnecting',
    seconds:
      nextAttemptAt === null ? null : Math.max(0, Math.ceil((nextAttemptAt.getTime() - nowMs) / 1_000)),
  };
}
