/**
 * What one connector does on one charging day, from 04:00 UTC until 04:00 the next: sessions begin and end within it, so
 * that days can be made one by one, in any order, and always the same. The register goes on from day to day.
 */
import { seededRandom, type Random } from '../helpers/seeded-random.js';
import { pick, type ChargePointProfile } from './charge-point-profiles.js';
import type { Instant } from './charging-simulation.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** When a charging day begins, after midnight UTC: hardly a car is plugged in or out then. */
const DAY_BEGINS_MS = 4 * HOUR_MS;
/** The registers are counted from this day on. */
const INSTALLED = Date.parse('2024-01-01T00:00:00Z') / DAY_MS;
const SATURDAY = 6;

/** Where a charge point stands decides when cars come. */
type Habit = 'home' | 'work' | 'road';

/** A car at a connector. Times are ms since 1970, energies Wh. */
export interface Stay {
  readonly begin: number;
  readonly end: number;
  readonly transactionId: number;
  readonly watts: number;
  readonly energyWh: number;
  /** Of the energy, what flows before the power begins to fall. */
  readonly atFullPower: number;
  /** Of the power, what is left when the battery is full. */
  readonly lastPower: number;
  readonly startSoc: number;
  readonly batteryWh: number;
}

export interface ConnectorDay {
  readonly begin: number;
  readonly end: number;
  readonly stays: readonly Stay[];
  /** For what the simulation leaves to chance, such as voltages. */
  readonly random: Random;
  stateAt(timeMs: number): Instant;
}

/** Number of a charging day since 1970; `from` is any instant in it. */
export function dayNumber(from: number): number {
  return Math.floor((from - DAY_BEGINS_MS) / DAY_MS);
}

/** When a charging day begins, ms since 1970. */
export function dayBegin(number: number): number {
  return number * DAY_MS + DAY_BEGINS_MS;
}

/** What the register counted on all the days before a day is summed up once: keep it for a series of days. */
export class Connector {
  private readonly sums: number[] = [];

  constructor(
    private readonly profile: ChargePointProfile,
    private readonly connectorId: number,
  ) {}

  day(number: number): ConnectorDay {
    const random = this.random(number);
    const begin = dayBegin(number);
    const stays = planStays(random, this.profile, this.connectorId, number);
    const startWh = this.registerAt(number);
    return {
      begin,
      end: begin + DAY_MS,
      stays,
      random,
      stateAt: (timeMs) => stateAt(stays, startWh, timeMs),
    };
  }

  /** What the meter has counted when a day begins. */
  private registerAt(number: number): number {
    const days = Math.max(0, number - INSTALLED);
    for (let day = this.sums.length; day < days; day++) {
      const stays = planStays(this.random(INSTALLED + day), this.profile, this.connectorId, INSTALLED + day);
      const energy = stays.reduce((sum, { energyWh }) => sum + energyWh, 0);
      this.sums.push((this.sums[day - 1] ?? 0) + energy);
    }
    return this.sums[days - 1] ?? 0;
  }

  private random(number: number): Random {
    return seededRandom(hash(`${this.profile.id}/${this.connectorId}/${number}`));
  }
}

function planStays(random: Random, profile: ChargePointProfile, connectorId: number, number: number): Stay[] {
  const stays: Stay[] = [];
  // 1970-01-01 was a Thursday.
  const weekday = (number + 4) % 7;
  const isWeekend = weekday === 0 || weekday === SATURDAY;
  const dayBegin = number * DAY_MS;
  for (const hour of arrivals(random, habitOf(profile), isWeekend)) {
    const begin = Math.max(dayBegin + hour * HOUR_MS, (stays.at(-1)?.end ?? 0) + 5 * 60_000);
    const stay = planStay(random, profile, Math.ceil(begin / 1000) * 1000);
    const end = Math.min(stay.end, dayBegin + DAY_BEGINS_MS + DAY_MS - 1000);
    // Nobody comes for the last minutes of the day: a stay is whole or not at all.
    if (begin + chargingMs(stay) >= end) continue;
    const transactionId = ((number % 100_000) * 10 + connectorId) * 100 + stays.length;
    stays.push({ ...stay, end, transactionId });
  }
  return stays;
}

function habitOf({ fast, interval, clockInterval }: ChargePointProfile): Habit {
  if (fast) return 'road';
  return (interval + clockInterval) % 120 === 0 ? 'home' : 'work';
}

/** Hours after midnight UTC at which cars come, rising; 28 is four o'clock in the night. */
function arrivals(random: Random, habit: Habit, isWeekend: boolean): number[] {
  switch (habit) {
    case 'home':
      if (random() < 0.2) return [];
      return [isWeekend ? 9 + 10 * random() : 15.5 + 4.5 * random()];
    case 'work':
      if (isWeekend) return random() < 0.15 ? [8 + 8 * random()] : [];
      return [5.5 + 2.5 * random(), ...(random() < 0.5 ? [12 + 4 * random()] : [])];
    case 'road': {
      const hours: number[] = [];
      // Few in the night, most in the afternoon; more people travel at weekends.
      const busy = (hour: number): number => 0.12 + Math.max(0, Math.sin((Math.PI * (hour - 5)) / 16));
      for (let hour = 4.2; hour < 27;) {
        hour += -Math.log(1 - random()) / (busy(hour) * (isWeekend ? 0.8 : 0.6));
        if (hour < 27) hours.push(hour);
      }
      return hours;
    }
  }
}

function planStay(
  random: Random,
  { fast, peakWatts }: ChargePointProfile,
  begin: number,
): Omit<Stay, 'transactionId'> {
  const batteryWh = pick(random, [40_000, 52_000, 64_000, 77_000, 100_000]);
  const startSoc = Math.floor(8 + random() * (fast ? 35 : 55));
  const full = ((100 - startSoc) / 100) * batteryWh;
  const energyWh = Math.round(full * (fast ? 0.45 + 0.4 * random() : 0.5 + 0.5 * random()));
  const watts = Math.round(peakWatts * (0.7 + 0.3 * random()));
  const curve = fast ? { atFullPower: 0.6, lastPower: 0.2 } : { atFullPower: 0.92, lastPower: 0.3 };
  const stay = { begin, end: 0, watts, energyWh, startSoc, batteryWh, ...curve };
  // Who drives on leaves; who is at home or at work stays plugged in.
  const idleMs = (fast ? 5 * 60_000 : 3 * HOUR_MS) * random();
  return { ...stay, end: Math.ceil((begin + chargingMs(stay) + idleMs) / 1000) * 1000 };
}

type Curve = Pick<Stay, 'watts' | 'energyWh' | 'atFullPower' | 'lastPower'>;

function fullPowerMs({ watts, energyWh, atFullPower }: Curve): number {
  return (HOUR_MS * energyWh * atFullPower) / watts;
}

/** From full power to the last, in a straight line: the mean is half way between. */
function fallingMs({ watts, energyWh, atFullPower, lastPower }: Curve): number {
  return (HOUR_MS * energyWh * (1 - atFullPower)) / ((watts * (1 + lastPower)) / 2);
}

function chargingMs(curve: Curve): number {
  return fullPowerMs(curve) + fallingMs(curve);
}

/** Power and its exact integral. */
function flow(stay: Stay, elapsedMs: number): { readonly watts: number; readonly sessionWh: number } {
  const full = fullPowerMs(stay);
  if (elapsedMs <= full) return { watts: stay.watts, sessionWh: (stay.watts * elapsedMs) / HOUR_MS };
  const falling = fallingMs(stay);
  const since = elapsedMs - full;
  if (since >= falling) return { watts: 0, sessionWh: stay.energyWh };
  const fall = (1 - stay.lastPower) / falling;
  return {
    watts: stay.watts * (1 - fall * since),
    sessionWh: stay.energyWh * stay.atFullPower + (stay.watts * since * (1 - (fall * since) / 2)) / HOUR_MS,
  };
}

function stateAt(stays: readonly Stay[], startWh: number, timeMs: number): Instant {
  let lifetimeWh = startWh;
  let state: Instant = { watts: 0, lifetimeWh, sessionWh: 0, soc: 0 };
  for (const stay of stays) {
    if (stay.begin > timeMs) break;
    const { watts, sessionWh } = flow(stay, Math.min(timeMs, stay.end) - stay.begin);
    // 7% is lost between the meter and the battery.
    const soc = Math.min(100, stay.startSoc + (sessionWh * 0.93 * 100) / stay.batteryWh);
    state = { watts: timeMs < stay.end ? watts : 0, lifetimeWh: lifetimeWh + sessionWh, sessionWh, soc };
    lifetimeWh += stay.energyWh;
  }
  return state;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
