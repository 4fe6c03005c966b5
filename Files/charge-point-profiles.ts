/** The 53 charge points of the sample: how each is named, wired, configured, and which liberties its firmware takes. */
import type { Random } from '../helpers/seeded-random.js';

export interface ChargePointProfile {
  readonly id: string;
  readonly connectors: number;
  /** Direct current: fast, and knows the state of charge. */
  readonly fast: boolean;
  readonly peakWatts: number;
  /** MeterValueSampleInterval, seconds. */
  readonly interval: number;
  /** ClockAlignedDataInterval, seconds; 0 is off. */
  readonly clockInterval: number;
  readonly register: 'lifetime' | 'session';
  readonly energyUnit: 'Wh' | 'kWh' | 'absent';
  readonly measurands: MeasurandSet;
  readonly timestamp: 'seconds' | 'milliseconds' | 'offset';
  readonly transactionId: 'named' | 'absent' | 'zero';
  /** Names `Energy.Active.Import.Register` and `Sample.Periodic`, though they are the defaults. */
  readonly explicitDefaults: boolean;
  readonly location: 'absent' | 'Outlet' | 'Inlet';
  /** Loses its network now and then, and sends its queue as messages of a dozen entries. */
  readonly flaky: boolean;
}

/** What a message holds; `phases` is current and voltage by phase. */
export type MeasurandSet = 'energy' | 'power' | 'currents' | 'battery' | 'phases' | 'temperature';

const MAKERS: readonly ((random: Random, index: number) => string)[] = [
  (random) => `EVB-P${digits(random, 8)}`,
  (random) => `ALF-${digits(random, 7)}`,
  (random, index) => `DE*MPX*E${digits(random, 4)}*${1 + (index % 4)}`,
  (random) => `TACW${digits(random, 7)}G${digits(random, 4)}`,
  (_, index) => `SE-STO-${String(index).padStart(4, '0')}-${index % 2 === 0 ? 'A' : 'B'}`,
  (random) => hex(random, 12),
  (random) => digits(random, 10),
  (_, index) => `depot_07.bay-${index}`,
];

const SETS: readonly (readonly [MeasurandSet, number])[] = [
  ['currents', 2],
  ['phases', 2],
  ['energy', 21],
  ['power', 15],
  ['battery', 10],
  ['temperature', 3],
];

/** The charge points in the order of their making. 24 have one connector, 21 two, 8 three. */
export function makeChargePoints(random: Random): ChargePointProfile[] {
  const sets = SETS.flatMap(([set, count]) => Array.from({ length: count }, () => set));
  return sets.map((measurands, index) => {
    const fast = measurands === 'battery' || measurands === 'temperature';
    const maker = MAKERS[index % MAKERS.length];
    return {
      id: maker === undefined ? '' : maker(random, index),
      connectors: index % 53 < 24 ? 1 : index < 45 ? 2 : 3,
      fast,
      peakWatts: fast
        ? pick(random, [50_000, 75_000, 150_000])
        : pick(random, [3_680, 7_360, 11_000, 22_000]),
      interval: index % 3 === 1 ? 60 : pick(random, [120, 120, 150, 180]),
      clockInterval: pick(random, [0, 0, 900, 900, 300]),
      register: random() < 0.25 ? 'session' : 'lifetime',
      energyUnit: pick(random, ['Wh', 'Wh', 'Wh', 'kWh', 'kWh', 'absent']),
      measurands,
      timestamp: pick(random, ['seconds', 'seconds', 'milliseconds', 'milliseconds', 'offset']),
      transactionId: pick(random, ['named', 'named', 'named', 'named', 'named', 'named', 'absent', 'zero']),
      explicitDefaults: random() < 0.6,
      location: index % 18 === 5 ? 'Outlet' : index % 26 === 7 ? 'Inlet' : 'absent',
      flaky: index % 3 === 1,
    };
  });
}

export function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, (_, at) =>
    String(Math.floor((at === 0 ? 1 : 0) + random() * (at === 0 ? 9 : 10))),
  ).join('');
}

function hex(random: Random, count: number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
}
