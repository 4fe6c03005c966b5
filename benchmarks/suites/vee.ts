import { Child } from '../child.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import { FLEETS, keepUpLoads, LIVE_FLEETS, microseconds } from '../keep-up-loads.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import type { KeepUpRequest, KeepUpResult } from '../subjects/rollups.js';
import { CHARGE_POINTS } from '../workload.js';
import { migrate } from '../../store/migrate.js';

/** Storing and rolling up with the rules of validation costs at most this many times what it costs without. */
const TARGET = 1.25;

/** What the rules of validation add to storing readings and keeping their aggregates. */
export async function veeSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const loads = keepUpLoads(quick);
  await using services = await Services.start({ postgres: true, kafka: false });
  const now = Date.now();
  const results = { backlog: { all: [], none: [] }, live: { all: [], none: [] } } as Record<
    'backlog' | 'live',
    Record<'all' | 'none', KeepUpResult[]>
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of ['backlog', 'live'] as const) {
      // Each comes first in turn: a machine that gets slower meanwhile skews neither.
      for (const rules of round % 2 === 0 ? (['none', 'all'] as const) : (['all', 'none'] as const)) {
        const request = { ...loads[name], now, rollups: true };
        results[name][rules].push(await keepUp(services, `${name}_${rules}_${round}`, rules, request));
      }
      const [with_, without] = [results[name].all.at(-1), results[name].none.at(-1)];
      progress(
        `vee: round ${round + 1}/${rounds}, ${name}: ${with_ && microseconds(with_).toFixed(1)} µs of CPU a reading, ` +
          `${without && microseconds(without).toFixed(1)} without`,
      );
    }
  }
  const { backlog, live } = results;
  return {
    suite: 'vee',
    method:
      `${spread(backlog.all.map(({ readings }) => readings)).median.toLocaleString('en')} readings of ${FLEETS * CHARGE_POINTS} charge points, four hours of ` +
      'the sample workbook, 5% of the messages late by one minute to two hours, through the worker’s sink as fast as it takes them; beside it the loop that keeps ' +
      'the aggregates, until no mark is left, with all rules of validation on. Floor: the same with VEE_RULES=none. CPU is that of the process and of ' +
      `PostgreSQL with all its processes. Live: ${LIVE_FLEETS * CHARGE_POINTS} charge points in real time, flushed as they come.`,
    figures: [
      {
        name: 'CPU a reading, storing and rolling up a backlog',
        unit: 'µs',
        product: backlog.all.map(microseconds),
        floor: backlog.none.map(microseconds),
        target: { of: 'ratio', atMost: TARGET },
      },
      {
        name: 'CPU a reading, live',
        unit: 'µs',
        product: live.all.map(microseconds),
        floor: live.none.map(microseconds),
        target: { of: 'ratio', atMost: TARGET },
      },
    ],
    breakdowns: [],
  };
}

async function keepUp(
  services: Services,
  name: string,
  rules: 'all' | 'none',
  request: Omit<KeepUpRequest, 'postgresPid'>,
): Promise<KeepUpResult> {
  const databaseUrl = await services.createDatabase(name);
  await migrate(databaseUrl);
  await using subject = Child.start(
    'benchmarks/subjects/rollups',
    { DATABASE_URL: databaseUrl, VEE_RULES: rules },
    { nodeArgs: ['--expose-gc'] },
  );
  try {
    return await subject.call<KeepUpResult>('keepUp', { ...request, postgresPid: services.postgresPid });
  } finally {
    await subject.stop();
    await services.dropDatabase(name);
  }
}
