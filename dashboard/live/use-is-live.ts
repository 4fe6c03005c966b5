import { useEffect, useState } from 'preact/hooks';
import { liveStatus } from './live.js';

/** A connection that is made, or made anew, within this long is no reason to do anything else, ms. */
const PATIENCE_MS = 3_000;

/** Whether the live feed is connected, or may be about to: false once it hasn't been for some seconds. */
export function useIsLive(): boolean {
  const connected = liveStatus.value?.state === 'live';
  const [isLive, setIsLive] = useState(true);
  useEffect(() => {
    if (connected) {
      setIsLive(true);
      return;
    }
    const timer = setTimeout(() => setIsLive(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connected]);
  return isLive || connected;
}
