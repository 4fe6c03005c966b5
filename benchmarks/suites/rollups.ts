import { Child } from '../child.js';
import type { Breakdown, SuiteOptions, SuiteResult } from '../figure.js';
import { FLEETS, keepUpLoads, LIVE_FLEETS, microseconds } from '../keep-up-loads.js';
import { profiledIn } from '../profiling.js';
import { Services } from '../services.js';
import { statementsOf, trackStatements } from '../statements.js';
import { spread } from '../statistics.js';
import type { KeepUpRequest, KeepUpResult } from '../subjects/rollups.js';
import { CHARGE_POINTS } from '../workload.js';
import { migrate } from '../../store/migrate.js';

/** Storing with upkeep costs at most this many times what storing alone costs. */
const TARGET = 1.4;

interface Pair {
  readonly kept: KeepUpResult[];
  readonly bare: KeepUpResult[];
}

/** What keeping the aggregates true adds to storing the readings. */
export async function rollupsSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const { backlog, live } = keepUpLoads(quick);
  await using services = await Services.start({ postgres: true, kafka: false });
  const now = Date.now();
  const [full, real]: Pair[] = [
    { kept: [], bare: [] },
    { kept: [], bare: [] },
  ];
  let statements: Breakdown | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const [name, load, pair] of [
      ['backlog', backlog, full],
      ['live', live, real],
    ] as const) {
      // Each comes first in turn: a machine that gets slower meanwhile skews neither.
      for (const kind of round % 2 === 0 ? (['bare', 'kept'] as const) : (['kept', 'bare'] as const)) {
        const request = { ...load, now, rollups: kind === 'kept' };
        const isTold = name === 'backlog' && kind === 'kept' && round === rounds - 1;
        const result = await keepUp(services, `${name}_${kind}_${round}`, request, isTold);
        pair?.[kind].push(result.kept);
        statements = result.statements ?? statements;
      }
      const [kept, bare] = [pair?.kept.at(-1), pair?.bare.at(-1)];
      if (kept?.readings !== bare?.readings)
        throw new Error(`${kept?.readings} and ${bare?.readings} readings stored`);
      progress(
        `rollups: round ${round + 1}/${rounds}, ${name}: ${kept && microseconds(kept).toFixed(1)} µs of CPU a reading, ` +
          `${bare && microseconds(bare).toFixed(1)} without`,
      );
    }
  }
  const { kept, bare } = full ?? { kept: [], bare: [] };
  return {
    suite: 'rollups',
    method:
      `Upkeep is everything that is done so that no mark is left: marks claimed, readings read again, aggregates computed and ` +
      `written. ${spread(kept.map(({ readings }) => readings)).median.toLocaleString('en')} readings of ${FLEETS * CHARGE_POINTS} charge points, ` +
      'four hours of the sample workbook, 5% of the messages late by one minute to two hours, through the worker’s sink in ' +
      'flushes of the default size as fast as it takes them; beside it the loop with its defaults, until it has caught up. ' +
      'Floor: the same without the loop. CPU is that of the process and of PostgreSQL with all its processes; judging the ' +
      `messages is not in it. Live: ${LIVE_FLEETS * CHARGE_POINTS} charge points in real time, flushed as they come.`,
    figures: [
      {
        name: 'CPU a reading, storing a backlog',
        unit: 'µs',
        product: kept.map(microseconds),
        floor: bare.map(microseconds),
        target: { of: 'ratio', atMost: TARGET },
      },
      {
        name: 'time a reading, until no mark is left',
        unit: 'µs',
        product: kept.map(({ seconds, readings }) => (seconds * 1e6) / readings),
        floor: bare.map(({ seconds, readings }) => (seconds * 1e6) / readings),
        target: null,
      },
      {
        name: 'CPU a reading, live',
        unit: 'µs',
        product: (real?.kept ?? []).map(microseconds),
        floor: (real?.bare ?? []).map(microseconds),
        target: null,
      },
    ],
    breakdowns: [work(kept, bare, real?.kept ?? []), ...(statements === undefined ? [] : [statements])],
  };
}

async function keepUp(
  services: Services,
  name: string,
  request: Omit<KeepUpRequest, 'postgresPid'>,
  isTold: boolean,
): Promise<{ kept: KeepUpResult; statements: Breakdown | undefined }> {
  const databaseUrl = await services.createDatabase(name);
  await migrate(databaseUrl);
  if (isTold) await trackStatements(databaseUrl);
  await using subject = Child.start(
    'benchmarks/subjects/rollups',
    // The rules of validation have a suite of their own.
    { DATABASE_URL: databaseUrl, VEE_RULES: 'none', ...profiledIn() },
    { nodeArgs: ['--expose-gc'] },
  );
  try {
    const kept = await subject.call<KeepUpResult>('keepUp', {
      ...request,
      postgresPid: services.postgresPid,
    });
    const title = 'Statements of the last round, the warm-up included';
    return { kept, statements: isTold ? { title, ...(await statementsOf(databaseUrl)) } : undefined };
  } finally {
    await subject.stop();
    await services.dropDatabase(name);
  }
}

function work(
  kept: readonly KeepUpResult[],
  bare: readonly KeepUpResult[],
  live: readonly KeepUpResult[],
): Breakdown {
  const median = (results: readonly KeepUpResult[], of: (result: KeepUpResult) => number): string =>
    results.every((each) => Number.isFinite(of(each))) ? spread(results.map(of)).median.toFixed(1) : '';
  const columns = [kept, live, bare];
  const line = (title: string, of: (result: KeepUpResult) => number): string[] => [
    title,
    ...columns.map((results) => median(results, of)),
  ];
  return {
    title: 'What it is made of',
    headings: ['', 'backlog', 'live', 'backlog without upkeep'],
    lines: [
      line('µs of the worker’s CPU a reading', (each) => (each.cpuSeconds * 1e6) / each.readings),
      line('µs of PostgreSQL’s CPU a reading', (each) => (each.postgresCpuSeconds * 1e6) / each.readings),
      line('s from the last flush until no mark is left', (each) => each.seconds - each.storedSeconds),
      line('readings stored for each span computed', (each) => each.readings / each.spans),
      line('readings looked at for each one stored', (each) => each.readingsLookedAt / each.readings),
      line('rows of aggregates written for each reading', (each) => each.changedRows / each.readings),
    ],
  };
}
