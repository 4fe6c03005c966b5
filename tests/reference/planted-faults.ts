/** Readings with faults planted in them, near misses that are none, and exactly what the rules of docs/findings.md find in each. */
import type { FindingRule } from '../../helpers/finding-rules.js';
import type { Reading } from '../../protocol/reading.js';

export const MINUTE = 60_000;
/** Midnight, UTC, of the day on which the faults are. */
export const DAY = Date.UTC(2026, 0, 15);
const REGISTER = 'Energy.Active.Import.Register';
const INTERVAL = 'Energy.Active.Import.Interval';
const POWER = 'Power.Active.Import';

export type PlantedReading = Partial<Reading> &
  Pick<Reading, 'timestampMs' | 'value'> & {
    /** From its own time to when it was received, ms; default: 2 s. */
    readonly lagMs?: number;
  };

export interface ExpectedFinding {
  readonly rule: FindingRule;
  /** Minutes from midnight; of an instant, the same one. */
  readonly from: number;
  readonly to: number;
  /** Default: the register of connector 1. */
  readonly measurand?: string;
  readonly connectorId?: number;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

export interface PlantedCase {
  readonly name: string;
  readonly readings: readonly PlantedReading[];
  readonly expected: readonly ExpectedFinding[];
}

const found = (
  rule: FindingRule,
  from: number,
  to: number,
  evidence: Readonly<Record<string, unknown>> = {},
  measurand = REGISTER,
): ExpectedFinding => ({ rule, from, to, evidence, measurand });

const at = (minute: number, value: number, overrides: Partial<PlantedReading> = {}): PlantedReading => ({
  timestampMs: DAY + minute * MINUTE,
  value,
  ...overrides,
});

/** From one minute to another one, the end included. */
function every(
  step: number,
  [from, to]: readonly [number, number],
  valueAt: (minute: number) => number,
  overrides: Partial<PlantedReading> = {},
): PlantedReading[] {
  const readings: PlantedReading[] = [];
  for (let minute = from; minute <= to; minute += step) readings.push(at(minute, valueAt(minute), overrides));
  return readings;
}

/** A register at 6 kW: 100 Wh a minute. */
const steady = (minute: number): number => 10_000 + 100 * minute;
/** Each five minutes for two hours, where nothing else is said. */
function register(
  valueAt: (minute: number) => number = steady,
  overrides: Partial<PlantedReading> = {},
): PlantedReading[] {
  return every(5, [0, 120], valueAt, overrides);
}
const without = (readings: readonly PlantedReading[], from: number, to: number): PlantedReading[] =>
  readings.filter(
    ({ timestampMs }) => timestampMs <= DAY + from * MINUTE || timestampMs >= DAY + to * MINUTE,
  );

/** Power that is never quite the same from hour to hour. */
const wobbling = (minute: number): number => 6_000 + (minute % 7);

const SPIKES: readonly PlantedCase[] = [
  {
    name: 'a register that stands out for one sample',
    readings: register((minute) => steady(minute) + (minute === 60 ? 900_000 : 0)),
    expected: [found('spike', 60, 60, { kind: 'spike', before: 15_500, after: 16_500, suspectWh: 899_500 })],
  },
  {
    name: 'a register that dips for one sample',
    readings: register((minute) => steady(minute) - (minute === 60 ? 6_000 : 0)),
    expected: [found('spike', 60, 60, { kind: 'dip', suspectWh: 5_500 })],
  },
  {
    name: 'a register that says 0 twice and goes on',
    readings: register((minute) => (minute === 60 || minute === 65 ? 0 : steady(minute))),
    expected: [found('spike', 60, 65, { kind: 'placeholder', value: 0, suspectWh: 15_500 })],
  },
  {
    name: 'power that no connector carries',
    readings: every(5, [0, 60], (minute) => (minute === 30 ? 500_001 : wobbling(minute)), {
      measurand: POWER,
      unit: 'W',
    }),
    expected: [found('spike', 30, 30, { kind: 'power', value: 500_001 }, POWER)],
  },
  { name: 'no fault: a register at its steady pace', readings: register(), expected: [] },
  {
    name: 'no fault: a register that rests',
    readings: register((minute) => steady(Math.min(minute, 40))),
    expected: [],
  },
  {
    name: 'no fault: the most power that a connector carries',
    readings: every(5, [0, 60], (minute) => (minute === 30 ? 500_000 : wobbling(minute)), {
      measurand: POWER,
      unit: 'W',
    }),
    expected: [],
  },
];

const STEPS: readonly PlantedCase[] = [
  {
    name: 'a register that starts again in the middle',
    readings: register((minute) => (minute < 60 ? steady(minute) : 100 * (minute - 59))),
    expected: [found('negative_step', 55, 60, { before: 15_500, after: 100 })],
  },
  {
    name: 'three zeros, which are no placeholder',
    readings: register((minute) => (minute >= 60 && minute <= 70 ? 0 : steady(minute))),
    expected: [found('negative_step', 55, 60, { before: 15_500, after: 0 })],
  },
  {
    name: 'an interval of less than nothing',
    readings: register((minute) => (minute === 60 ? -5 : 500), { measurand: INTERVAL }),
    expected: [found('negative_step', 60, 60, { value: -5, suspectWh: 5 }, INTERVAL)],
  },
  {
    name: 'no fault: a register that rolls over',
    readings: register((minute) => (9_994_500 + 100 * minute) % 1e7),
    expected: [],
  },
  {
    name: 'no fault: a register that starts again with each session',
    readings: [
      ...every(5, [0, 55], (minute) => 100 + 100 * minute, { transactionId: '1' }),
      ...every(5, [60, 120], (minute) => 100 * (minute - 59), { transactionId: '2' }),
    ],
    expected: [],
  },
  {
    name: 'no fault: a register that starts again with the first session there is',
    readings: [
      ...every(15, [0, 45], () => 5_200, { context: 'Sample.Clock' }),
      ...every(5, [50, 120], (minute) => 100 * (minute - 50), { transactionId: '1' }),
    ],
    expected: [],
  },
  {
    name: 'a register that jumps further than power can carry it, and stays there',
    readings: register((minute) => steady(minute) + (minute >= 60 ? 60_000 : 0)),
    expected: [found('impossible_step', 55, 60, { before: 15_500, after: 76_000, suspectWh: 60_500 })],
  },
  {
    name: 'an interval of more than power can carry',
    readings: register((minute) => (minute === 60 ? 60_000 : 500), { measurand: INTERVAL }),
    expected: [found('impossible_step', 60, 60, { value: 60_000 }, INTERVAL)],
  },
  {
    name: 'no fault: as much as 500 kW carry in five minutes, and a step of the coarsest register',
    readings: register((minute) => steady(minute) + (minute >= 60 ? 42_100 : 0)),
    expected: [],
  },
];

const SESSION = { transactionId: '1' };
const GAPS: readonly PlantedCase[] = [
  {
    name: 'an hour without samples, of no session',
    readings: without(register(), 30, 90),
    expected: [found('gap', 30, 90, { seconds: 3_600, cadenceSeconds: 300, missing: 11 })],
  },
  {
    name: 'an hour without samples, in one session',
    readings: without(register(steady, SESSION), 30, 90),
    expected: [found('gap', 30, 90, { missing: 11 })],
  },
  {
    name: 'an hour without samples by the clock, whatever sessions there are',
    readings: [
      ...every(5, [0, 30], steady, { context: 'Sample.Clock', transactionId: '1' }),
      ...every(5, [90, 120], steady, { context: 'Sample.Clock', transactionId: '2' }),
    ],
    expected: [found('gap', 30, 90)],
  },
  {
    name: 'intervals that stop for an hour',
    readings: without(
      register(() => 500, { measurand: INTERVAL }),
      30,
      90,
    ),
    expected: [found('gap', 30, 90, {}, INTERVAL)],
  },
  {
    name: 'no fault: three times what is usual',
    readings: without(register(), 30, 45),
    expected: [],
  },
  {
    name: 'no fault: ten minutes, where a sample comes each minute',
    readings: without(every(1, [0, 60], steady), 20, 30),
    expected: [],
  },
  {
    name: 'no fault: a sample each half hour while nobody charges, and one in two minutes then',
    readings: [
      ...every(30, [0, 60], () => 10_000),
      ...every(2, [62, 120], (minute) => 10_000 + 100 * (minute - 60), SESSION),
    ],
    expected: [],
  },
  {
    name: 'no fault: an hour between two sessions',
    readings: [
      ...every(5, [0, 30], steady, { transactionId: '1' }),
      ...every(5, [90, 120], steady, { transactionId: '2' }),
    ],
    expected: [],
  },
];

const CONFLICTS: readonly PlantedCase[] = [
  {
    name: 'one instant with two values',
    readings: [...register(), at(60, 15_999)],
    expected: [found('conflict', 60, 60, { standing: [16_000], lost: [15_999] })],
  },
  {
    name: 'one instant of a temperature with three values',
    readings: [20, 22, 21].map((value) => at(60, value, { measurand: 'Temperature', unit: 'Celsius' })),
    expected: [found('conflict', 60, 60, { standing: [22], lost: [20, 21] }, 'Temperature')],
  },
  { name: 'no fault: a value that comes twice', readings: [...register(), at(60, 16_000)], expected: [] },
  {
    name: 'no fault: another value of another context',
    readings: [...register(), at(60, 15_999, { context: 'Trigger' })],
    expected: [],
  },
];

/** Off from a minute on. */
const drifting = (from: number, lagMs: number): PlantedReading[] =>
  register().map((each) => (each.timestampMs >= DAY + from * MINUTE ? { ...each, lagMs } : each));
const CLOCKS: readonly PlantedCase[] = [
  {
    name: 'a clock that is ten minutes ahead from a moment on',
    readings: drifting(60, -10 * MINUTE),
    expected: [found('clock_drift', 60, 60, { offsetSeconds: 600 })],
  },
  {
    name: 'a clock that is ten minutes behind from a moment on: known by five samples',
    readings: drifting(60, 10 * MINUTE),
    expected: [found('clock_drift', 70, 70, { offsetSeconds: -600 })],
  },
  {
    name: 'a clock that is ahead, and then behind',
    readings: drifting(60, -10 * MINUTE).map((each) =>
      each.timestampMs >= DAY + 90 * MINUTE ? { ...each, lagMs: 10 * MINUTE } : each,
    ),
    expected: [
      found('clock_drift', 60, 60, { offsetSeconds: 600 }),
      found('clock_drift', 100, 100, { offsetSeconds: -600 }),
    ],
  },
  {
    name: 'a clock that is ahead over midnight: told once each day',
    readings: every(5, [-60, 60], (minute) => steady(minute + 60), { lagMs: -10 * MINUTE }),
    expected: [found('clock_drift', -60, -60), found('clock_drift', 0, 0)],
  },
  {
    name: 'no fault: a clock that is 299 seconds ahead',
    readings: drifting(60, -299_000),
    expected: [],
  },
  {
    name: 'no fault: what was kept while offline, and comes at once',
    readings: register().map((each) => ({
      ...each,
      lagMs: Math.max(2_000, DAY + 100 * MINUTE - each.timestampMs),
    })),
    expected: [],
  },
  {
    name: 'no fault: an import of last year',
    readings: register(steady, { lagMs: 365 * 24 * 60 * MINUTE }),
    expected: [],
  },
];

const VOLTAGE = { measurand: 'Voltage', unit: 'V' };
const day = (valueAt: (minute: number) => number, overrides: Partial<PlantedReading>): PlantedReading[] =>
  every(15, [0, 24 * 60 - 15], valueAt, overrides);
const STUCK: readonly PlantedCase[] = [
  {
    name: 'a voltage that stays the same for thirteen hours',
    readings: day((minute) => (minute >= 360 && minute < 1_140 ? 231.4 : 230 + (minute % 50) / 100), VOLTAGE),
    expected: [found('stuck', 360, 1_125, { value: 231.4, hours: 13, samples: 52 }, 'Voltage')],
  },
  {
    name: 'no fault: a voltage that stays the same for eleven hours',
    readings: day((minute) => (minute >= 360 && minute < 1_020 ? 231.4 : 230 + (minute % 50) / 100), VOLTAGE),
    expected: [],
  },
  {
    name: 'no fault: no power all day',
    readings: day(() => 0, { measurand: POWER, unit: 'W' }),
    expected: [],
  },
  {
    name: 'no fault: a battery that is full all day',
    readings: day(() => 100, { measurand: 'SoC', unit: 'Percent' }),
    expected: [],
  },
  {
    name: 'no fault: 23 samples in as many hours, which are too few',
    readings: every(60, [0, 22 * 60], () => 231.4, VOLTAGE),
    expected: [],
  },
];

/** Registers of three phases beside their total, from eleven to two. */
function phases(l2: (minute: number) => number): PlantedReading[] {
  const third = (minute: number): number => 3_000 + 100 * (minute - 660);
  return [
    ...every(5, [660, 835], (minute) => 3 * third(minute)),
    ...every(5, [660, 835], third, { phase: 'L1' }),
    ...every(5, [660, 835], (minute) => l2(minute), { phase: 'L2' }),
    ...every(5, [660, 835], third, { phase: 'L3' }),
  ];
}
const third = (minute: number): number => 3_000 + 100 * (minute - 660);
const powerOfPhases = (l3: number): PlantedReading[] =>
  [
    ['', 18_000],
    ['L1', 6_000],
    ['L2', 6_000],
    ['L3', l3],
  ].flatMap(([phase, watts]) =>
    every(5, [660, 715], (minute) => Number(watts) + (minute % 7), {
      measurand: POWER,
      unit: 'W',
      phase: String(phase),
    }),
  );
const PHASES: readonly PlantedCase[] = [
  {
    name: 'a phase that counts nothing for an hour',
    readings: phases((minute) => third(minute < 720 ? minute : Math.max(720, minute - 60))),
    expected: [found('phases_sum', 720, 780, { total: 18_000, sum: 12_000, phases: [6_000, 0, 6_000] })],
  },
  {
    name: 'power of phases that is not that of the whole',
    readings: powerOfPhases(1_000),
    expected: [found('phases_sum', 660, 720, { unit: 'W' }, POWER)],
  },
  { name: 'no fault: phases that add up', readings: phases(third), expected: [] },
  {
    name: 'no fault: a phase that is 15 % short, which is 5 % of the whole',
    readings: phases((minute) => 3_000 + 85 * (minute - 660)),
    expected: [],
  },
  { name: 'no fault: power of phases that is 900 W short', readings: powerOfPhases(5_100), expected: [] },
  {
    name: 'no fault: two phases of three are no sum',
    readings: phases(third).filter(({ phase }) => phase !== 'L3'),
    expected: [],
  },
];

const beside = (watts: number, step = 5): PlantedReading[] => [
  ...every(5, [660, 715], steady),
  ...every(step, [660, 719], (minute) => watts + (minute % 7), { measurand: POWER, unit: 'W' }),
];
const AGAINST_POWER: readonly PlantedCase[] = [
  {
    name: 'a register that counts half of what power says',
    readings: beside(12_000),
    expected: [found('energy_power', 660, 720, { registeredWh: 5_500 })],
  },
  {
    name: 'a register that rests while power flows',
    readings: beside(6_000).map((each) => (each.measurand === POWER ? each : { ...each, value: 10_000 })),
    expected: [found('energy_power', 660, 720, { registeredWh: 0 })],
  },
  { name: 'no fault: a register that goes with power', readings: beside(6_000), expected: [] },
  { name: 'no fault: power that is a tenth too high', readings: beside(6_600), expected: [] },
  { name: 'no fault: power sampled too seldom to be compared', readings: beside(12_000, 15), expected: [] },
];

/** What each fault alone is, all in one register and beside it. */
const MIXED: PlantedCase = {
  name: 'all faults of a register, with power and a voltage beside it',
  readings: [
    ...without(every(5, [0, 355], steady), 90, 150).map(({ timestampMs, value }) => {
      const minute = (timestampMs - DAY) / MINUTE;
      const jumped = minute >= 200 ? value - 29_900 + (minute >= 260 ? 60_000 : 0) : value;
      return at(minute, minute === 30 ? 900_000 : jumped, { lagMs: minute >= 300 ? -10 * MINUTE : 2_000 });
    }),
    at(60, 15_999),
    ...every(5, [0, 355], (minute) => 12_000 + (minute % 7), {
      measurand: POWER,
      unit: 'W',
    }),
    ...day(() => 231.4, VOLTAGE),
  ],
  expected: [
    found('spike', 30, 30),
    found('conflict', 60, 60),
    found('gap', 90, 150),
    found('negative_step', 195, 200),
    found('impossible_step', 255, 260),
    found('clock_drift', 300, 300),
    // Hours in which another rule has a say are not compared.
    found('energy_power', 180, 240),
    found('energy_power', 300, 360),
    found('stuck', 0, 24 * 60 - 15, {}, 'Voltage'),
  ],
};

export const ALONE: readonly PlantedCase[] = [
  ...SPIKES,
  ...STEPS,
  ...GAPS,
  ...CONFLICTS,
  ...CLOCKS,
  ...STUCK,
  ...PHASES,
  ...AGAINST_POWER,
];

/** Every case at a connector of its own, of one charge point. */
const TOGETHER: PlantedCase = {
  name: 'all cases at one charge point',
  readings: ALONE.flatMap(({ readings }, index) =>
    readings.map(({ transactionId, ...each }) => ({
      ...each,
      connectorId: index + 1,
      transactionId: transactionId === undefined ? null : `${index + 1}${transactionId ?? ''}`,
    })),
  ),
  expected: ALONE.flatMap(({ expected }, index) =>
    expected.map((each) => ({ ...each, connectorId: index + 1 })),
  ),
};

export const PLANTED: readonly PlantedCase[] = [...ALONE, MIXED, TOGETHER];
