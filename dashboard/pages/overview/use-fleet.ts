import { useEffect, useState } from 'preact/hooks';
import type { FleetFigures } from '../../../client/live/index.js';
import { request } from '../../api/api-client.js';
import { fleet } from '../../live/fleet.js';
import { useIsLive } from '../../live/use-is-live.js';

export interface Fleet {
  /** null: none yet. */
  readonly figures: FleetFigures | null;
  /** Whether they move by themselves. */
  readonly isLive: boolean;
  /** Why the API gave none, while there is no live feed either. */
  readonly error: unknown;
  readonly reload: () => void;
}

/** By the live feed; while it can't be reached, what the API says when it is asked, once. */
export function useFleet(): Fleet {
  const isLive = useIsLive();
  const [asked, setAsked] = useState<FleetFigures | null>(null);
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (isLive) return;
    const controller = new AbortController();
    request<FleetFigures>('v1/fleet', { signal: controller.signal }).then(
      (figures) => {
        setAsked(figures);
        setError(undefined);
      },
      (reason: unknown) => {
        if (!controller.signal.aborted) setError(reason);
      },
    );
    return () => controller.abort();
  }, [isLive, attempt]);
  const told = fleet.value;
  return {
    figures: newer(told, asked),
    isLive,
    error: isLive ? undefined : error,
    reload: () => setAttempt((count) => count + 1),
  };
}

/** ISO 8601 of one length orders as text. */
function newer(one: FleetFigures | null, other: FleetFigures | null): FleetFigures | null {
  if (one === null || other === null) return one ?? other;
  return one.timestamp >= other.timestamp ? one : other;
}
