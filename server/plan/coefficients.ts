/**
 * What a plan rests on. Measured coefficients have a source that a test holds them to: `server/plan/coefficients.test.ts` reads the
 * tables of the benchmarks, `tests/integration/plan-bytes.test.ts` seeds a database. What was chosen stands in `rules.ts`.
 */
export interface Coefficient {
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
  readonly source: Source;
}

export type Source =
  /** A cell of a table that a benchmark wrote: between its markers, in the first line that begins with `row`. */
  | {
      readonly kind: 'benchmark';
      readonly page: string;
      readonly suite: string;
      readonly row: string;
      /** Of the line's cells, from 0; the row's name is 0. */
      readonly column: number;
      /** Of what is read there, to this unit. */
      readonly scale: number;
      readonly measuredOn: string;
      /** Share by which a newer run may differ before the plan has to follow. */
      readonly tolerance: number;
    }
  /** `tests/integration/plan-bytes.test.ts` stores readings and asks PostgreSQL for the bytes. */
  | { readonly kind: 'seeded'; readonly measuredOn: string; readonly tolerance: number };

const benchmark = (
  page: string,
  suite: string,
  row: string,
  column: number,
  measuredOn: string,
  { scale = 1, tolerance = 0.3 }: { scale?: number; tolerance?: number } = {},
): Source => ({ kind: 'benchmark', page, suite, row, column, scale, measuredOn, tolerance });

const seeded = (tolerance = 0.25): Source => ({ kind: 'seeded', measuredOn: '2026-11-27', tolerance });

/** Of "Cores busy at the most that is sent": 10,000 messages a second, a reading each, from 50,000 sockets. */
const busy = (column: number): Source =>
  benchmark('performance.md', 'sockets', '| meterpulse |', column, '2026-11-27', { scale: 100 });

export const COEFFICIENTS = {
  gatewayCpuPerMessage: {
    value: 62,
    unit: 'µs',
    meaning: 'CPU of a gateway for a message, from the socket to its acknowledgement',
    source: busy(1),
  },
  workerCpuPerMessage: {
    value: 33,
    unit: 'µs',
    meaning: 'CPU of a worker for a message with one reading, as they come',
    source: busy(2),
  },
  postgresCpuPerMessage: {
    value: 37,
    unit: 'µs',
    meaning: 'CPU of PostgreSQL for a message with one reading, as they come',
    source: busy(3),
  },
  kafkaCpuPerMessage: {
    value: 29,
    unit: 'µs',
    meaning: 'CPU of Kafka for a message, written once and read once',
    source: busy(4),
  },
  workerCpuPerReading: {
    value: 15.7,
    unit: 'µs',
    meaning: 'CPU of a worker for each further reading of a message, its aggregates with it',
    source: benchmark('performance.md', 'rollups', '| µs of the worker’s CPU a reading', 1, '2026-11-26'),
  },
  postgresCpuPerReading: {
    value: 23.1,
    unit: 'µs',
    meaning: 'CPU of PostgreSQL for each further reading of a message, its aggregates with it',
    source: benchmark('performance.md', 'rollups', '| µs of PostgreSQL’s CPU a reading', 1, '2026-11-26'),
  },
  growthOf100Million: {
    value: 1.69,
    unit: 'x',
    meaning:
      'what a reading costs in a table of 100 million and more, from the whole fleet, against one of 1 million',
    source: benchmark('scaling.md', 'growth', '| 100 million | late, from the whole fleet', 6, '2026-11-27'),
  },
  growthOf10Million: {
    value: 1.17,
    unit: 'x',
    meaning: 'the same in a table of 10 million',
    source: benchmark('scaling.md', 'growth', '| 10 million  | late, from the whole fleet', 6, '2026-11-27'),
  },
  socketBytes: {
    value: 5_290,
    unit: 'bytes',
    meaning: 'memory of a gateway for a socket, without what the kernel takes',
    source: benchmark('performance.md', 'sockets', '| memory of a socket of 50,000', 1, '2026-11-27', {
      scale: 1_000,
    }),
  },
  subscriberBytes: {
    value: 10_200,
    unit: 'bytes',
    meaning: 'memory of a live process for a subscriber, without what the kernel takes',
    source: benchmark('performance.md', 'live-memory', '| an idle subscriber of 10000', 1, '2026-11-27', {
      scale: 1_000,
    }),
  },
  deliveriesPerCore: {
    value: 1_963_790,
    unit: 'messages/s',
    meaning: 'what a live process tells its subscribers, ten readings a message',
    source: benchmark('performance.md', 'live-fan-out', '| delivered to 1,000 subscribers', 1, '2026-11-27'),
  },
  queryCpu: {
    value: 6_800,
    unit: 'µs',
    meaning:
      'a question for the hourly energy of a charge point over 30 days that is not answered from memory, at most',
    source: benchmark(
      'performance.md',
      'query',
      '| hourly energy of a charge point over 30 days, p50',
      1,
      '2026-11-26',
      { scale: 1_000 },
    ),
  },
  rawBytesPerReading: {
    value: 124,
    unit: 'bytes',
    meaning: 'a reading on disk, its key in the index with it',
    source: seeded(),
  },
  keyBytesPerReading: {
    value: 55,
    unit: 'bytes',
    meaning: 'of these the index: what is to stay in memory of the day that is written',
    source: seeded(),
  },
  rollup15mBytesPerRow: {
    value: 205,
    unit: 'bytes',
    meaning: '15 minutes of a series',
    source: seeded(),
  },
  rollup1hBytesPerRow: {
    value: 225,
    unit: 'bytes',
    meaning: 'an hour or a day of a series',
    source: seeded(),
  },
  bytesPerSeries: {
    value: 420,
    unit: 'bytes',
    meaning: 'a series in the dictionary, with its newest reading and its share of the registry',
    source: seeded(0.5),
  },
  feedBytesPerReading: {
    value: 35,
    unit: 'bytes',
    meaning: 'a reading on the change feed',
    source: seeded(0.5),
  },
  walBytesPerReading: {
    value: 240,
    unit: 'bytes',
    meaning: 'write-ahead log of a reading that is stored, without its aggregates',
    source: seeded(0.5),
  },
  aggregateRowsPerReading: {
    value: 4.4,
    unit: 'rows',
    meaning: 'rows of aggregates that are written for a reading, as they come',
    source: benchmark(
      'performance.md',
      'rollups',
      '| rows of aggregates written for each reading',
      2,
      '2026-11-26',
    ),
  },
  walBytesPerAggregateRow: {
    value: 205,
    unit: 'bytes',
    meaning: 'write-ahead log of a row of aggregates that is written, with what is kept beside it',
    source: seeded(0.5),
  },
} as const satisfies Record<string, Coefficient>;

export type CoefficientName = keyof typeof COEFFICIENTS;
