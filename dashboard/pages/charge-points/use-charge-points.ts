import { useCallback, useEffect, useState } from 'preact/hooks';
import type { LiveChargePoint } from '../../../client/live/index.js';
import { useIsLive } from '../../live/use-is-live.js';
import { followRegistry, liveRegistry, liveRegistryRefused } from './live-registry.js';
import { loadChargePoints } from './load-charge-points.js';

export interface ChargePoints {
  /** null: none are known yet. */
  readonly rows: readonly LiveChargePoint[] | null;
  /** Whether they follow what happens. */
  readonly isLive: boolean;
  /** Whether these are all. */
  readonly isComplete: boolean;
  readonly error: unknown;
  /** Asks again for what doesn't come by itself. */
  readonly reload: () => void;
}

interface Loaded {
  readonly retired: boolean;
  readonly rows: readonly LiveChargePoint[];
  readonly isComplete: boolean;
}

/** Charge points in use come by the live feed; while it can't be reached, and those that are retired, from the API. */
export function useChargePoints(retired: boolean): ChargePoints {
  useEffect(followRegistry, []);
  const isLive = useIsLive();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const asks = retired || !isLive || liveRegistryRefused.value;
  useEffect(() => {
    if (!asks) {
      setError(undefined);
      return;
    }
    const controller = new AbortController();
    const take = (isComplete: boolean) => (rows: readonly LiveChargePoint[]) =>
      setLoaded((before) => {
        // Until all are there again, what was there before is more.
        const isLess = before !== null && before.retired === retired && before.rows.length > rows.length;
        return !isComplete && isLess ? before : { retired, rows, isComplete };
      });
    let last: readonly LiveChargePoint[] = [];
    loadChargePoints(
      retired ? 'retired' : undefined,
      (rows) => {
        last = rows;
        take(false)(rows);
      },
      controller.signal,
    ).then(
      () => {
        take(true)(last);
        setError(undefined);
      },
      (reason: unknown) => {
        if (!controller.signal.aborted) setError(reason);
      },
    );
    return () => controller.abort();
  }, [asks, retired, attempt]);

  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const told = liveRegistry.value;
  if (!asks) return { rows: told, isLive: true, isComplete: told !== null, error, reload };
  const own = loaded?.retired === retired ? loaded : null;
  const isComplete = own?.isComplete ?? false;
  // Until all have been asked for, what was told before is more.
  const kept = !retired && !isComplete && (own?.rows.length ?? 0) < (told?.length ?? 0) ? told : null;
  return {
    rows: kept ?? own?.rows ?? null,
    isLive: false,
    isComplete: isComplete || kept !== null,
    error,
    reload,
  };
}
