import type { Random } from '../../helpers/seeded-random.js';
import { nextArrival, occupancyAt, type Place } from './arrivals.js';
import { chargingMs, flowAt, type ChargingCurve } from './charging-curve.js';
import type { Measurement, SessionFacts } from '../station/dialect.js';

export interface ScriptSettings {
  readonly connectorId: number;
  readonly place: Place;
  /** When it begins, ms since 1970 UTC of simulated time. */
  readonly beginAt: number;
  /** When it ends: a running session ends then. */
  readonly endAt: number;
  /** ms between the samples of a session. */
  readonly intervalMs: number;
  /** ms between samples without one. */
  readonly idleIntervalMs: number;
  /** The device's clock at a simulated time. */
  readonly deviceTime: (at: number) => number;
}

/** What happens at a connector. Steps count from 1; `at` is simulated time, a measurement's is by the device's clock. */
export type ScriptEvent = { readonly at: number; readonly step: number } & (
  | { readonly kind: 'start'; readonly session: SessionFacts; readonly measurement: Measurement }
  | { readonly kind: 'sample'; readonly session: SessionFacts | null; readonly measurement: Measurement }
  | {
      readonly kind: 'stop';
      readonly session: SessionFacts;
      readonly meterStopWh: number;
      readonly reason: string;
      readonly measurement: Measurement;
    }
);

interface Stay extends ChargingCurve {
  readonly facts: SessionFacts;
  readonly begin: number;
  readonly end: number;
  readonly startSoc: number;
  readonly batteryWh: number;
}

/** Connectors of a charge point are numbered below this: sessions of all of them count together. */
export const MAX_CONNECTORS = 16;
const AVERAGE_STAY_MS: Readonly<Record<Place, number>> = {
  home: 2.5 * 3.6e6,
  work: 3 * 3.6e6,
  road: 0.5 * 3.6e6,
};
/** Cars that are there already when a simulation begins come within this of its beginning. */
const FIRST_ARRIVALS_MS = 30_000;
/** Between one car and the next. */
const CHANGE_MS = 120_000;

/**
 * All that happens at one connector, one step after the other: cars that come, what their charging measures, what an idle
 * connector measures. A function of its settings and the seed alone: whatever the network does, the same is said.
 */
export class ConnectorScript {
  #step = 0;
  #sessions = 0;
  #registerWh: number;
  #stay: Stay | null = null;
  #arrivalAt: number;
  #sampleAt: number;
  #intervalMs: number;
  /** Measurements of the session that runs. */
  #ordinal = 0;
  /** Card of a session that is started from afar. */
  #idTag: string | null = null;
  /** Why the session ends, if not by itself. */
  #reason: string | null = null;

  constructor(
    private readonly settings: ScriptSettings,
    private readonly random: Random,
  ) {
    const { place, beginAt, idleIntervalMs } = settings;
    this.#intervalMs = settings.intervalMs;
    this.#registerWh = Math.floor(random() * 5_000_000);
    const isThere = random() < occupancyAt(place, beginAt, AVERAGE_STAY_MS[place]);
    this.#arrivalAt = isThere
      ? beginAt + random() * Math.min(FIRST_ARRIVALS_MS, settings.intervalMs)
      : nextArrival(place, beginAt, random);
    this.#sampleAt = beginAt + random() * idleIntervalMs;
  }

  /** When something happens next, simulated time; Infinity after the end. */
  get nextAt(): number {
    const { endAt } = this.settings;
    if (this.#stay !== null) return Math.floor(Math.min(this.#sampleAt, this.#stay.end, endAt));
    const at = Math.floor(Math.min(this.#sampleAt, this.#arrivalAt));
    return at >= endAt ? Infinity : at;
  }

  get session(): SessionFacts | null {
    return this.#stay?.facts ?? null;
  }

  /** ms of simulated time between the samples of a session. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  set intervalMs(ms: number) {
    this.#intervalMs = ms;
  }

  /** What happens at {@link nextAt}, which must not be Infinity. */
  next(): ScriptEvent {
    const at = this.nextAt;
    const stay = this.#stay;
    const step = ++this.#step;
    if (stay !== null) {
      if (this.#sampleAt >= Math.min(stay.end, this.settings.endAt)) return this.#stop(stay, at, step);
      this.#sampleAt += this.#intervalMs;
      const measurement = this.#measure(stay, at, 'Sample.Periodic', ++this.#ordinal);
      return { kind: 'sample', at, step, session: stay.facts, measurement };
    }
    if (this.#arrivalAt <= this.#sampleAt) return this.#start(at, step);
    this.#sampleAt += this.settings.idleIntervalMs;
    return { kind: 'sample', at, step, session: null, measurement: this.#idle(at, 'Sample.Clock') };
  }

  /** Somebody far away starts a session: at the next step. false: there is one. */
  startNow(at: number, idTag: string): boolean {
    if (this.#stay !== null || at >= this.settings.endAt) return false;
    this.#arrivalAt = at;
    this.#sampleAt = Math.max(this.#sampleAt, at + 1);
    this.#idTag = idTag;
    return true;
  }

  /** The session ends, at the next step. false: there is none. */
  stopNow(at: number, reason: string): boolean {
    if (this.#stay === null) return false;
    this.#stay = { ...this.#stay, end: Math.max(Math.floor(at), this.#stay.begin + 1) };
    this.#sampleAt = Infinity;
    this.#reason = reason;
    return true;
  }

  /** What the meter shows when somebody asks. */
  measureNow(at: number): Measurement {
    const now = Math.floor(at);
    if (this.#stay === null) return this.#idle(now, 'Trigger');
    return this.#measure(this.#stay, now, 'Trigger', ++this.#ordinal);
  }

  #start(at: number, step: number): ScriptEvent {
    const { connectorId, place, deviceTime } = this.settings;
    const { random } = this;
    const number = ++this.#sessions * MAX_CONNECTORS + connectorId;
    const card = `CARD-${Math.floor(random() * 1_000_000)}`;
    const idTag = this.#idTag ?? card;
    const facts = { number, connectorId, idTag, meterStartWh: this.#registerWh, startedAt: deviceTime(at) };
    const batteryWh = [40_000, 52_000, 64_000, 77_000, 100_000][Math.floor(random() * 5)] ?? 64_000;
    const startSoc = 8 + Math.floor(random() * (place === 'road' ? 35 : 55));
    const energyWh = Math.round(((100 - startSoc) / 100) * batteryWh * (0.4 + 0.5 * random()));
    const peakWatts = place === 'road' ? 150_000 : place === 'work' ? 11_000 : 7_400;
    const curve = {
      watts: Math.round(peakWatts * (0.7 + 0.3 * random())),
      energyWh,
      ...(place === 'road' ? { atFullPower: 0.6, lastPower: 0.2 } : { atFullPower: 0.92, lastPower: 0.3 }),
    };
    // Who drives on leaves; who is at home or at work stays plugged in.
    const idleMs = (place === 'road' ? 0.1 : 2) * 3.6e6 * random();
    const end = Math.floor(at + chargingMs(curve) + idleMs);
    const stay = { ...curve, facts, begin: at, end, startSoc, batteryWh };
    this.#stay = stay;
    this.#idTag = null;
    this.#ordinal = 0;
    this.#sampleAt = at + this.#intervalMs;
    const measurement = this.#measure(stay, at, 'Transaction.Begin', 0);
    return { kind: 'start', at, step, session: facts, measurement };
  }

  #stop(stay: Stay, at: number, step: number): ScriptEvent {
    const { place, idleIntervalMs, endAt } = this.settings;
    const measurement = this.#measure(stay, at, 'Transaction.End', ++this.#ordinal);
    const meterStopWh = this.#registerAt(stay, at);
    const reason = this.#reason ?? (at === endAt ? 'Other' : 'EVDisconnected');
    this.#stay = null;
    this.#reason = null;
    this.#registerWh = meterStopWh;
    this.#arrivalAt = nextArrival(place, at + CHANGE_MS, this.random);
    this.#sampleAt = at + idleIntervalMs;
    return { kind: 'stop', at, step, session: stay.facts, meterStopWh, reason, measurement };
  }

  #registerAt(stay: Stay, at: number): number {
    return stay.facts.meterStartWh + Math.floor(flowAt(stay, at - stay.begin).chargedWh);
  }

  #measure(stay: Stay, at: number, context: string, ordinal: number): Measurement {
    const { watts, chargedWh } = flowAt(stay, at - stay.begin);
    // 7% is lost between the meter and the battery.
    const soc = Math.min(100, Math.floor(stay.startSoc + (chargedWh * 0.93 * 100) / stay.batteryWh));
    const samples = [register(this.#registerAt(stay, at)), power(Math.round(watts))];
    if (this.settings.place === 'road')
      samples.push({ measurand: 'SoC', unit: 'Percent', value: String(soc) });
    return { at: this.settings.deviceTime(at), context, samples, ordinal };
  }

  #idle(at: number, context: string): Measurement {
    const samples = [register(this.#registerWh), power(0)];
    return { at: this.settings.deviceTime(at), context, samples, ordinal: 0 };
  }
}

function register(wh: number) {
  return { measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: String(wh) };
}

function power(watts: number) {
  return { measurand: 'Power.Active.Import', unit: 'W', value: String(watts) };
}
