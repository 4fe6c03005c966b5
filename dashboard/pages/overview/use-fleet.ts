import { useEffect, useState } from 'preact/hooks';
import type { FleetFigures } from '../../../client/live/index.js';
import { request } from '../../api/api-client.js';
import { fleet, fleetHistory, fleetRefused } from '../../live/fleet.js';
import { useIsLive } from '../../live/use-is-live.js';
import { useNow } from '../../live/use-now.js';

export interface Fleet {
  /** null: none yet. */
  readonly figures: FleetFigures | null;
  /** Whether they move by themselves. */
  readonly isLive: boolean;
  /** Why the API gave none, while there is no live feed either. */
  readonly error: unknown;
  readonly reload: () => void;
}

/** Figures come every few seconds: when none has come for so long, none is to be expected, ms. */
const SILENT_MS = 20_000;

/** By the live feed; while it can't be reached, or tells none, what the API says when it is asked, once. */
export function useFleet(): Fleet {
  const connected = useIsLive();
  const now = useNow(2_000);
  const [begunMs] = useState(() => Date.now());
  const heardMs = Math.max(begunMs, fleetHistory.value.at(-1)?.atMs ?? 0);
  const isLive = connected && !fleetRefused.value && now - heardMs < SILENT_MS;
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
