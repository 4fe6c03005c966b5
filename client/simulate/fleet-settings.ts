/** What the options mean for one charge point of the fleet. */
import { seededRandom } from '../../helpers/seeded-random.js';
import type { StationDialect } from '../station/dialect.js';
import { jsonStationDialect } from '../station/json-dialect.js';
import { ocpp16Dialect } from '../station/ocpp16-dialect.js';
import { ocpp201Dialect } from '../station/ocpp201-dialect.js';
import type { Random } from '../../helpers/seeded-random.js';
import type { NetworkFaults } from './bad-network.js';
import type { SimulateOptions } from './options.js';
import { hashOf } from './seed-of.js';

/** Options with the time settled. */
export interface FleetOptions extends SimulateOptions {
  /** Simulated time, ms since 1970 UTC. */
  readonly begin: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;
/** A trouble comes in the mean after this time, or several times in a shorter run. */
const TROUBLE_EVERY_MS = 60_000;
const IDENTITY = { vendor: 'meterpulse', model: 'simulator', firmwareVersion: '1.0' };

/** Places in the fleet of the charge points of this process, with their ids. */
export function placesOf(options: SimulateOptions): { readonly index: number; readonly id: string }[] {
  const { chargePoints, prefix, first } = options;
  const [part, processes] = options.part;
  const places = Array.from({ length: chargePoints }, (_, index) => ({
    index,
    id: `${prefix}${first + index}`,
  }));
  return places.filter(({ index }) => index % processes === part);
}

export function dialectOf({ protocol }: FleetOptions, index: number): StationDialect {
  const name = protocol === 'mixed' ? MIXTURE[index % MIXTURE.length] : protocol;
  if (name === 'json') return jsonStationDialect;
  return name === 'ocpp2.0.1' ? OCPP201 : OCPP16;
}

const MIXTURE = ['ocpp1.6', 'json', 'ocpp2.0.1'] as const;
const OCPP16 = ocpp16Dialect(IDENTITY);
const OCPP201 = ocpp201Dialect(IDENTITY);

/** Off by a part of the drift, and more so each day. */
export function deviceClock({ seed, clockDrift, begin }: FleetOptions, id: string): (at: number) => number {
  const random = seededRandom(hashOf(seed, id, 'clock'));
  const offset = Math.round((2 * random() - 1) * clockDrift);
  const perMs = ((2 * random() - 1) * clockDrift) / DAY_MS;
  return (at) => at + offset + Math.round((at - begin) * perMs);
}

/** With a rate every connector measures as often, with a car or without. */
export function intervalsOf(options: FleetOptions): {
  readonly intervalMs: number;
  readonly idleIntervalMs: number;
} {
  const { rate, chargePoints, connectors, speed, interval, idleInterval } = options;
  if (rate === undefined) return { intervalMs: interval, idleIntervalMs: idleInterval };
  const everyMs = (1_000 * chargePoints * connectors * speed) / rate;
  return { intervalMs: everyMs, idleIntervalMs: everyMs };
}

/** Whose network is bad, and how. */
export function faultsOf(
  { dropRate, flaky, lateBursts, duration }: FleetOptions,
  luck: Random,
): NetworkFaults {
  const draw = luck();
  const troubleEveryMs = Math.min(TROUBLE_EVERY_MS, duration / 4);
  if (draw < flaky) return { dropRate, troubleEveryMs, outageMs: troubleEveryMs / 6, kind: 'bad' };
  if (draw < flaky + lateBursts)
    return { dropRate, troubleEveryMs: duration / 4, outageMs: duration / 5, kind: 'outages' };
  return { dropRate, troubleEveryMs: Infinity, outageMs: 0, kind: 'bad' };
}
