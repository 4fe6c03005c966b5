import { effect, signal } from '@preact/signals';
import type { FleetFigures } from '../../client/live/index.js';
import { keptHistory, type FleetPoint } from './fleet-history.js';
import { isOfSomeSites } from '../session/session.js';
import { liveClient } from './live.js';

/** The newest figures that the live feed told; null: none yet. */
export const fleet = signal<FleetFigures | null>(null);
/** Those of the last minutes, oldest first; kept while other pages are looked at. */
export const fleetHistory = signal<readonly FleetPoint[]>([]);

/** The live feed will not tell the figures. */
export const fleetRefused = signal(false);

effect(() => {
  const client = liveClient.value;
  // Figures are of all sites.
  if (client === null || isOfSomeSites.value) return;
  const subscription = client.subscribe({ filter: { kinds: ['fleet'] } });
  subscription.on('fleet', ({ data }) => {
    fleet.value = data;
    fleetHistory.value = keptHistory(fleetHistory.peek(), data, Date.now());
  });
  subscription.on('status', ({ state }) => (fleetRefused.value = state === 'refused'));
  return () => subscription.unsubscribe();
});
