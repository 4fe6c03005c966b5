import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import { askQuestions, QUESTIONS } from '../growth/ask-questions.js';
import { GrownDatabases } from '../growth/grown-databases.js';
import { chargePointsOf } from '../growth/grown-fleet.js';
import { DRAINED, WRITES, writeReadings, type Kind, type Written } from '../growth/write-readings.js';
import { Services } from '../services.js';
import { pairedRatios, quantile, spread } from '../statistics.js';
import { Topics } from '../topics.js';

const SIZES = [1_000_000, 10_000_000, 100_000_000];
const QUICK_SIZES = [130_000, 1_000_000];
/** Making a hundred million takes minutes and 20 GB: it is asked for. */
const DEFAULT_LARGEST = 10_000_000;
/** A reading in the largest table costs at most so many times what it costs in the smallest. */
const TARGET = 1.3;

/** What the size of the table does to the cost of a reading, written and asked for. */
export async function growthSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { rounds, quick, size, directory, progress } = options;
  const largest = size ?? DEFAULT_LARGEST;
  const sizes = quick ? QUICK_SIZES : SIZES.filter((each) => each <= largest);
  const [smallest = 0] = sizes;
  if (sizes.length < 2) throw new Error(`--size of growth is ${SIZES[1]} at least: it compares sizes`);
  await using databases = await GrownDatabases.open({ sizes, directory, progress });
  await using services = await Services.start({ postgres: false });
  await using topics = new Topics(services.brokers);

  const written = new Map<string, Written[]>();
  const asked = new Map<string, number[][]>();
  const key = (rows: number, what: string): string => `${rows} ${what}`;
  for (let round = 0; round < rounds; round++) {
    // The other way about in every other round: a machine that gets slower meanwhile skews nothing.
    for (const rows of round % 2 === 0 ? sizes : sizes.toReversed()) {
      for (const { kind } of WRITES) {
        const found = await writeReadings(databases, services, topics, { rows, kind, round, quick });
        push(written, key(rows, kind), found);
        progress(
          `growth: round ${round + 1}/${rounds}, ${rows.toLocaleString('en')}, ${kind}: ${found.perSecond.toFixed(0)} rows/s, ` +
            `${(found.workerCpu + found.postgresCpu).toFixed(1)} µs of CPU`,
        );
      }
      const times = await askQuestions(databases.urlOf(rows), rows, quick ? 20 : 150, round);
      QUESTIONS.forEach((question, index) => push(asked, key(rows, question), times[index] ?? []));
    }
  }

  const cost = (rows: number, kind: Kind): number[] =>
    (written.get(key(rows, kind)) ?? []).map(({ workerCpu, postgresCpu }) => workerCpu + postgresCpu);
  const last = sizes.at(-1) ?? NaN;
  const figures: Figure[] = WRITES.map(({ kind, title }) => ({
    name: `CPU of a reading in ${millions(last)}, ${title}`,
    unit: 'µs',
    product: cost(last, kind),
    floor: cost(smallest, kind),
    target: kind === 'scattered' ? null : { of: 'ratio', atMost: TARGET },
  }));
  return {
    suite: 'growth',
    method:
      `Tables of ${sizes.map(millions).join(', ')} readings in ten days, two series a charge point, ${sizes.map((rows) => chargePointsOf(rows).toLocaleString('en')).join(', ')} ` +
      `charge points. Written: ${DRAINED} by the worker's sink, in flushes of the default size, ` +
      'from a topic of 12 partitions: to a day that has no reading yet; late, between the readings of a day that is full; and late again, from as many charge points as there are ' +
      '(50,000 at most), so that neighbours in a flush lie far apart. CPU is that of worker and PostgreSQL, and of the checkpoint that writes back what the readings made dirty; each starts after a checkpoint. ' +
      `Asked: one connection over HTTP to an API that keeps no answers. The floor is the table of ${millions(smallest)} in the same round.`,
    figures,
    breakdowns: [writing(sizes, written, key), asking(sizes, asked, key)],
  };
}

function writing(
  sizes: readonly number[],
  written: ReadonlyMap<string, readonly Written[]>,
  key: (rows: number, what: string) => string,
): Breakdown {
  return {
    title: 'Written',
    headings: [
      'readings',
      'where to',
      'rows/s',
      'µs of worker',
      'µs of PostgreSQL',
      'µs in all',
      'WAL bytes',
      'of the smallest',
    ],
    lines: WRITES.flatMap(({ kind, title }) => {
      const of = (rows: number): readonly Written[] => written.get(key(rows, kind)) ?? [];
      const total = (rows: number): number[] => of(rows).map((each) => each.workerCpu + each.postgresCpu);
      const median = (rows: number, pick: (each: Written) => number): number =>
        spread(of(rows).map(pick)).median;
      return sizes.map((rows) => [
        millions(rows),
        title,
        Math.round(median(rows, (each) => each.perSecond)).toLocaleString('en'),
        median(rows, (each) => each.workerCpu).toFixed(1),
        median(rows, (each) => each.postgresCpu).toFixed(1),
        spread(total(rows)).median.toFixed(1),
        median(rows, (each) => each.walBytes).toFixed(0),
        ratio(total(rows), total(sizes[0] ?? NaN)),
      ]);
    }),
  };
}

function asking(
  sizes: readonly number[],
  asked: ReadonlyMap<string, readonly (readonly number[])[]>,
  key: (rows: number, what: string) => string,
): Breakdown {
  return {
    title: 'Asked',
    headings: ['readings', 'question', 'p50 ms', 'p99 ms', 'p50 of the smallest'],
    lines: QUESTIONS.flatMap((question) => {
      const of = (rows: number, share: number): number[] =>
        (asked.get(key(rows, question)) ?? []).map((times) => quantile(times, share));
      return sizes.map((rows) => [
        millions(rows),
        question,
        spread(of(rows, 0.5)).median.toFixed(1),
        spread(of(rows, 0.99)).median.toFixed(1),
        ratio(of(rows, 0.5), of(sizes[0] ?? NaN, 0.5)),
      ]);
    }),
  };
}

function ratio(values: readonly number[], others: readonly number[]): string {
  const { median, min, max } = spread(pairedRatios(values, others));
  return `${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]`;
}

function millions(rows: number): string {
  return `${(rows / 1e6).toLocaleString('en')} million`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
