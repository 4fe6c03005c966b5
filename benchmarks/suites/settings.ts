import { migrate } from '../../store/migrate.js';
import { DayPartitions, dayOf, PARTITION_STORAGE, partitionName } from '../../store/partitions.js';
import { createPool } from '../../store/pool.js';
import { withVacuumedPostgres } from '../vacuumed-postgres.js';
import { Child } from '../child.js';
import type { Breakdown, SuiteOptions, SuiteResult } from '../figure.js';
import {
  AGGREGATES,
  readEvidence,
  untilVacuumed,
  walBytes,
  type StorageEvidence,
} from '../storage-evidence.js';
import { pairedRatios, spread } from '../statistics.js';
import type { KeepUpRequest, KeepUpResult } from '../subjects/rollups.js';
import { CHARGE_POINTS } from '../workload.js';

/** One setting that is not as it is shipped: of the server, or by SQL of a migrated database. */
interface Variant {
  readonly name: string;
  readonly server?: readonly string[];
  readonly sql?: string;
  /** Day partitions as PostgreSQL vacuums them by default. */
  readonly partitionsByDefault?: true;
}

const SHIPPED: Variant = { name: 'as shipped' };
const VARIANTS: readonly Variant[] = [
  { name: 'shared_buffers=128MB', server: ['shared_buffers=128MB'] },
  { name: 'max_wal_size=32MB', server: ['max_wal_size=32MB', 'min_wal_size=32MB'] },
  { name: 'wal_compression=off', server: ['wal_compression=off'] },
  { name: 'synchronous_commit=off', server: ['synchronous_commit=off'] },
  { name: 'jit=on', server: ['jit=on'] },
  { name: 'latest_readings fillfactor=100', sql: 'alter table latest_readings set (fillfactor = 100)' },
  { name: 'latest_readings fillfactor=50', sql: 'alter table latest_readings set (fillfactor = 50)' },
  {
    name: 'rollups fillfactor=100',
    sql: AGGREGATES.map((table) => `alter table ${table} set (fillfactor = 100)`).join('; '),
  },
  { name: 'day partitions vacuumed by default', partitionsByDefault: true },
  { name: 'consumer_positions fillfactor=100', sql: 'alter table consumer_positions set (fillfactor = 100)' },
];
interface Measured extends KeepUpResult {
  readonly walBytes: number;
  readonly evidence: StorageEvidence;
}

/** What each setting is worth: the same work under the settings as shipped, and under one of them changed. */
export async function settingsSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const now = Date.now();
  const request = { sampleRows: quick ? 300 : 3_000, fleets: 12, now, rollups: true, perSecond: null };
  const pairs = new Map<Variant, { readonly shipped: Measured[]; readonly changed: Measured[] }>(
    VARIANTS.map((variant) => [variant, { shipped: [], changed: [] }]),
  );
  const total = rounds * VARIANTS.length;
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    // A measurement as shipped lies between two of a changed setting, and stands beside both.
    let shipped: Measured | null = null;
    for (const [index, [variant, pair]] of [...pairs].entries()) {
      if (index % 2 === 0) shipped = null;
      const isFirst = shipped === null;
      const changed: Measured | null = isFirst ? await measure(variant, request) : null;
      shipped ??= await measure(SHIPPED, request);
      pair.changed.push(changed ?? (await measure(variant, request)));
      pair.shipped.push(shipped);
      done += 1;
      progress(
        `settings: round ${round + 1}/${rounds}, ${variant.name}: ${told(pair.changed)} µs of PostgreSQL’s CPU a reading, ` +
          `${told(pair.shipped)} as shipped`,
        done / total,
      );
    }
  }
  const readings = [...pairs.values()][0]?.shipped[0]?.readings ?? 0;
  return {
    suite: 'settings',
    method:
      `${readings.toLocaleString('en')} readings of ${request.fleets * CHARGE_POINTS} charge points through the worker’s sink, and the ` +
      'upkeep of aggregates until no mark is left, on a PostgreSQL made for each measurement; a checkpoint comes before. Each ' +
      'setting is changed alone; a measurement as shipped right after or before it stands beside it. ' +
      'CPU is that of PostgreSQL with all its processes, autovacuum (which looks every second) among them.',
    figures: VARIANTS.map((variant) => ({
      name: `PostgreSQL’s CPU a reading, as shipped against ${variant.name}`,
      unit: 'µs',
      product: (pairs.get(variant)?.shipped ?? []).map(microseconds),
      floor: (pairs.get(variant)?.changed ?? []).map(microseconds),
      target: null,
    })),
    breakdowns: [evidenceOf(pairs)],
  };
}

const told = (runs: readonly Measured[]): string => runs.map(microseconds).at(-1)?.toFixed(2) ?? '';

const microseconds = ({ postgresCpuSeconds, readings }: KeepUpResult): number =>
  (postgresCpuSeconds * 1e6) / readings;

type Request = Omit<KeepUpRequest, 'postgresPid'>;

async function measure(variant: Variant, request: Request): Promise<Measured> {
  return await withVacuumedPostgres(variant.server ?? [], async (postgres, client) => {
    await migrate(postgres.url);
    if (variant.partitionsByDefault === true) await makeDefaultPartitions(postgres.url, request.now);
    if (variant.sql !== undefined) await client.query(variant.sql);
    await using subject = Child.start(
      'benchmarks/subjects/rollups',
      { DATABASE_URL: postgres.url },
      { nodeArgs: ['--expose-gc'] },
    );
    const before = await walBytes(client);
    const result = await subject.call<KeepUpResult>('keepUp', { ...request, postgresPid: postgres.pid });
    const written = (await walBytes(client)) - before;
    await untilVacuumed(client);
    return { ...result, walBytes: written, evidence: await readEvidence(client) };
  });
}

/** Those of the workload's days, before the sink would make them. */
async function makeDefaultPartitions(url: string, now: number): Promise<void> {
  const pool = createPool({ url, max: 1, applicationName: 'bench' });
  try {
    const days = [-4, -3, -2, -1, 0].map((days) => dayOf(now) + days);
    await new DayPartitions({ pool, max: 100 }).ensurePartitions(days);
    const names = Object.keys(PARTITION_STORAGE).join();
    for (const day of days) await pool.query(`alter table ${partitionName(day)} reset (${names})`);
  } finally {
    await pool.end();
  }
}

function evidenceOf(
  pairs: ReadonlyMap<
    Variant,
    { readonly shipped: readonly Measured[]; readonly changed: readonly Measured[] }
  >,
): Breakdown {
  const line = (name: string, runs: readonly Measured[], ratio: string): string[] => {
    const median = (of: (run: Measured) => number): number => spread(runs.map(of)).median;
    const percent = (of: (evidence: StorageEvidence) => number): string =>
      `${(median(({ evidence }) => of(evidence)) * 100).toFixed(0)}%`;
    const kilobytes = (of: (evidence: StorageEvidence) => number): string =>
      (median(({ evidence }) => of(evidence)) / 1_024).toFixed(0);
    return [
      name,
      ratio,
      median(({ walBytes: written, readings }) => written / readings).toFixed(0),
      percent(({ hot }) => hot.latest),
      percent(({ hot }) => hot.rollups),
      percent(({ hot }) => hot.positions),
      kilobytes(({ latestBytes }) => latestBytes),
      kilobytes(({ rollupBytes }) => rollupBytes),
      percent(({ allVisible }) => allVisible),
      percent(({ allFrozen }) => allFrozen),
    ];
  };
  const shipped = [...pairs.values()].flatMap((pair) => pair.shipped);
  return {
    title:
      'What each leaves behind, medians; CPU as a multiple of that as shipped. Updates that touched no index ' +
      '(HOT), sizes with indexes, pages of day partitions that are all visible, and all frozen, once autovacuum rests',
    headings: [
      'setting',
      'CPU',
      'bytes of WAL a reading',
      'HOT: latest',
      'HOT: aggregates',
      'HOT: positions',
      'latest, KiB',
      'aggregates, KiB',
      'all visible',
      'all frozen',
    ],
    lines: [
      line(SHIPPED.name, shipped, '1'),
      ...[...pairs].map(([variant, pair]) => {
        const ratios = pairedRatios(pair.changed.map(microseconds), pair.shipped.map(microseconds));
        const { median, min, max } = spread(ratios);
        return line(
          variant.name,
          pair.changed,
          `${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]`,
        );
      }),
    ],
  };
}
