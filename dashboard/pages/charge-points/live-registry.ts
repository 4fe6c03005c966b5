import { effect, signal } from '@preact/signals';
import { createView, type LiveChargePoint } from '../../../client/live/index.js';
import { liveClient } from '../../live/live.js';
import { sortedChargePoints, withChanges } from './sorted-charge-points.js';

/** All charge points that are in use, by id, as the live feed tells; null: not all of them yet. */
export const liveRegistry = signal<readonly LiveChargePoint[] | null>(null);

/** The live feed will not tell of charge points: it has to be done without it. */
export const liveRegistryRefused = signal(false);

let following = false;

/** Begins to follow the registry, once; it goes on while other pages are looked at, so that coming back takes no time. */
export function followRegistry(): void {
  if (following) return;
  following = true;
  effect(() => {
    const client = liveClient.value;
    if (client === null) return;
    const subscription = client.subscribe({ filter: { kinds: ['chargePoint'] } });
    const view = createView(subscription);
    // However many changes a frame brings, the list is drawn once.
    let changed = new Set<string>();
    let isReset = true;
    let frame: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      frame = undefined;
      if (!view.isReady) return;
      const rows = liveRegistry.peek();
      liveRegistry.value =
        isReset || rows === null
          ? sortedChargePoints(view.chargePoints)
          : withChanges(rows, view.chargePoints, changed);
      changed = new Set();
      isReset = false;
    };
    const follow = (): void => {
      frame ??= setTimeout(draw, DRAW_AFTER_MS);
    };
    view.on('change', (change) => {
      for (const id of change.chargePoints) changed.add(id);
      isReset ||= change.isReset;
      follow();
    });
    // An empty registry changes nothing: that it is whole is told by the state.
    subscription.on('status', ({ state }) => {
      liveRegistryRefused.value = state === 'refused';
      follow();
    });
    return () => {
      clearTimeout(frame);
      view.close();
      subscription.unsubscribe();
    };
  });
}

/** One frame, ms. A timer, since a tab in the background is given no frames. */
const DRAW_AFTER_MS = 16;
