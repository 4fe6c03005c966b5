import { useMemo, useRef } from 'preact/hooks';
import { request, type PageOf } from '../../api/api-client.js';
import { useResource } from '../../api/use-resource.js';
import { DAY_MS, overlaps, type TimeRange } from '../../charts/time-range.js';
import type { Session } from './answers.js';
import { readPages } from './history/read-pages.js';
import { spanOfSession, spansOfSessions } from './sessions.js';

/** Sessions are found by their start: those that began so long before may reach into what is seen. */
const LONGEST_MS = 3 * DAY_MS;
const MAX_PAGES = 2;

export interface Sessions {
  /** Of the window, the newest first; undefined: not loaded yet. */
  readonly items: readonly Session[] | undefined;
  /** null: the charge point never had one. */
  readonly spans: readonly TimeRange[] | null;
  readonly error: unknown;
  readonly reload: () => void;
  readonly seenIn: (range: TimeRange) => readonly Session[];
}

/** @param round another number: to be loaded again */
export function useSessions(
  chargePointId: string,
  window: TimeRange | null,
  round: number,
  now: number,
): Sessions {
  const key = window === null ? 'nothing' : [chargePointId, window.from, window.to, round].join(' ');
  const { value, error, reload } = useResource(key, async (signal) => {
    if (window === null) return undefined;
    const query = {
      chargePointId,
      from: new Date(window.from - LONGEST_MS).toISOString(),
      to: new Date(window.to).toISOString(),
    };
    return (await readPages<Session>('v1/transactions', query, MAX_PAGES, signal)).items;
  });
  const ever = useResource(`ever ${chargePointId} ${round > 0 ? 1 : 0}`, async (signal) => {
    const query = { chargePointId, limit: 1 };
    return (await request<PageOf<Session>>('v1/transactions', { query, signal })).items.length > 0;
  });
  const last = useRef(value);
  last.current = value ?? last.current;
  const items = last.current;
  const hadAny = ever.value === true || (items?.length ?? 0) > 0;
  const spans = useMemo(() => (hadAny ? spansOfSessions(items ?? [], now) : null), [items, hadAny, now]);
  return {
    items,
    spans,
    error,
    reload,
    seenIn: (range) =>
      (items ?? []).filter((session) => {
        const span = spanOfSession(session, now);
        return span !== null && overlaps({ from: span.from, to: Math.max(span.to, span.from + 1) }, range);
      }),
  };
}
