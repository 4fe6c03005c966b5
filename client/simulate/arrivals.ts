import type { Random } from '../../helpers/seeded-random.js';

/** Where a charge point stands decides when cars come, and for how long. */
export type Place = 'home' | 'work' | 'road';

const HOUR_MS = 3_600_000;

/** Cars an hour at a free connector, for each hour of the day (UTC). */
const ARRIVALS: Readonly<Record<Place, readonly number[]>> = {
  // In the evening, when people come home.
  home: [
    0.02, 0.01, 0.01, 0.01, 0.01, 0.02, 0.03, 0.04, 0.04, 0.05, 0.06, 0.08, 0.1, 0.1, 0.12, 0.2, 0.35, 0.5,
    0.5, 0.4, 0.25, 0.15, 0.08, 0.04,
  ],
  // In the morning, and again after lunch.
  work: [
    0.005, 0.005, 0.005, 0.005, 0.01, 0.1, 0.5, 0.9, 0.8, 0.4, 0.2, 0.2, 0.35, 0.4, 0.25, 0.15, 0.1, 0.05,
    0.03, 0.02, 0.01, 0.01, 0.005, 0.005,
  ],
  // All day, most of all in the afternoon.
  road: [
    0.1, 0.07, 0.05, 0.05, 0.08, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.3, 1.3, 1.3, 1.4, 1.5, 1.6, 1.5, 1.2, 0.9, 0.6,
    0.4, 0.25, 0.15,
  ],
};

/** When the next car comes after `from` (ms since 1970 UTC): a Poisson process by the day's curve, by thinning. */
export function nextArrival(place: Place, from: number, random: Random): number {
  const rates = ARRIVALS[place];
  const highest = Math.max(...rates);
  for (let at = from; ;) {
    at += (-Math.log(1 - random()) / highest) * HOUR_MS;
    if (random() * highest < rateAt(rates, at)) return at;
  }
}

/** The share of connectors that have a car at `at`, roughly, when stays last `stayMs`. */
export function occupancyAt(place: Place, at: number, stayMs: number): number {
  const expected = (rateAt(ARRIVALS[place], at - stayMs / 2) * stayMs) / HOUR_MS;
  return expected / (1 + expected);
}

function rateAt(rates: readonly number[], at: number): number {
  return rates[new Date(at).getUTCHours()] ?? 0;
}
