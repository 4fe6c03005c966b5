import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { Registry } from 'prom-client';
import type { Reading } from '../../protocol/reading.js';
import { seededRandom } from '../../helpers/seeded-random.js';
import { compactDays } from '../../store/compaction/compact-days.js';
import { storedReadings } from '../../store/compaction/stored-readings.js';
import { migrate } from '../../store/migrate.js';
import { dayOf, partitionName } from '../../store/partitions.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import { insertFleet } from '../insert-fleet.js';
import { prepareDays } from '../seed-days.js';
import { quantile } from '../statistics.js';
import { withVacuumedPostgres } from '../vacuumed-postgres.js';

const DAY = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;
const SAMPLES = 1_440;
const SERIES = 2;
const FLUSH_ROWS = 500;
const FLUSH_EVERY_MS = 50;

/** Once, whatever the rounds: it takes minutes to make the day. A day of readings as rows and compacted, and what writers of other days feel meanwhile. */
export async function compactionSuite({ quick, size, progress }: SuiteOptions): Promise<SuiteResult> {
  const readings = size ?? (quick ? 144_000 : 10_000_000);
  const chargePoints = Math.max(1, Math.round(readings / SAMPLES / SERIES));
  const stored = chargePoints * SAMPLES * SERIES;
  return withVacuumedPostgres([], async ({ url }) => {
    await migrate(url);
    const pool = createPool({ url, max: 6, applicationName: 'bench' });
    try {
      await makeDay(pool, chargePoints);
      progress(`compaction: ${stored} readings are there`, 0.4);
      const name = partitionName(dayOf(DAY));
      const scans = quick ? 20 : 200;
      const rowBytes = await bytesOf(pool, name);
      await scan(pool, chargePoints, scans);
      const rowScans = await scan(pool, chargePoints, scans);
      const alone = await flushing(pool, (signal) => wait(quick ? 2_000 : 20_000, signal));
      progress('compaction: rows are measured', 0.5);
      let seconds = NaN;
      const meanwhile = await flushing(pool, async (signal) => {
        const startedAt = performance.now();
        const compacted = await compactDays({ pool, before: dayOf(DAY) + 1, signal });
        seconds = (performance.now() - startedAt) / 1_000;
        if (compacted === 'busy' || compacted.readings !== stored) throw new Error('not all was compacted');
      });
      progress('compaction: the day is compacted', 0.8);
      await pool.query('vacuum (analyze) compacted_readings');
      await scan(pool, chargePoints, scans);
      const compactedScans = await scan(pool, chargePoints, scans);
      return {
        suite: 'compaction',
        method:
          `${stored.toLocaleString('en')} readings of a day: ${(chargePoints * SERIES).toLocaleString('en')} series, one a minute each, stored in the order of time, ` +
          `with jitter, delay and sessions. Flushes of ${FLUSH_ROWS} readings of today, one every ${FLUSH_EVERY_MS} ms, through the sink. ` +
          'Scans: time, context and value of a series over the day, in order. Floor: the same as rows, and flushes while nothing else is done.',
        figures: [
          figure('compaction of the day', 's', seconds, null, { of: 'product', atMost: 60 }),
          figure(
            'bytes a reading, with indexes',
            'bytes',
            (await bytesOf(pool, 'compacted_readings')) / stored,
            rowBytes / stored,
            { of: 'ratio', atMost: 1 / 8 },
          ),
          figure(
            'scan of a series and day, p50',
            'ms',
            quantile(compactedScans, 0.5),
            quantile(rowScans, 0.5),
            {
              of: 'ratio',
              atMost: 1,
            },
          ),
          figure('flush meanwhile, p99', 'ms', quantile(meanwhile, 0.99), quantile(alone, 0.99), null),
          figure('flush meanwhile, p50', 'ms', quantile(meanwhile, 0.5), quantile(alone, 0.5), null),
        ],
        breakdowns: [],
      };
    } finally {
      await pool.end();
    }
  });
}

const figure = (
  name: string,
  unit: string,
  product: number,
  floor: number | null,
  target: Figure['target'],
): Figure => ({ name, unit, product: [product], floor: floor === null ? null : [floor], target });

/** Without its key first, which is made afterwards: as a worker would, but quicker. */
async function makeDay(pool: Pool, chargePoints: number): Promise<void> {
  await prepareDays(pool, Date.now() - DAY_MS, 3);
  await insertFleet(pool, chargePoints);
  const name = partitionName(dayOf(DAY));
  const day = new Date(DAY).toISOString();
  await pool.query(`create table ${name} (like readings including defaults)`);
  await pool.query(
    `insert into ${name} (series_id, ts, context, value, transaction_id, received_at, batch_id)
     select s, at.ts, 1,
       case s % 2 when 1 then s * 1000 + k * 180 + at.noise % 7 else 6000 + at.noise % 1000 / 10.0 end,
       case when (k / 240 + s) % 2 = 0 then s * 10 + k / 480 end,
       at.ts + make_interval(secs => 0.2 + at.noise % 900 / 1000.0), k * ${Math.ceil((chargePoints * SERIES) / 10_000)} + s / 10000
     from generate_series(0, ${SAMPLES - 1}) as k, generate_series(1, ${chargePoints * SERIES}) as s,
       lateral (select abs(hashint4(k * 7919 + s)) as noise) as n,
       lateral (select timestamptz '${day}' + make_interval(secs => k * 60 + s % 55 + n.noise % 3), n.noise) as at (ts, noise)`,
  );
  await pool.query(`alter table ${name} add primary key (series_id, ts, context)`);
  await pool.query(
    `alter table readings attach partition ${name} for values from ('${day}') to ('${new Date(DAY + DAY_MS).toISOString()}')`,
  );
  await pool.query(`vacuum (freeze, analyze) ${name}`);
}

async function bytesOf(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    'select pg_total_relation_size($1::regclass) as bytes',
    [table],
  );
  return rows[0]?.bytes ?? NaN;
}

const SCAN = `select r.* from ${storedReadings({
  columns: ['ts', 'context', 'value'],
  series: '= $1::integer',
  from: '$2::timestamptz',
  to: '$3::timestamptz',
})} r order by r.ts, r.context`;

/** ms of each scan, fetched as an aggregate: what the driver makes of rows is the same for both. */
async function scan(pool: Pool, chargePoints: number, times: number): Promise<number[]> {
  const random = seededRandom(3);
  const taken: number[] = [];
  for (let index = 0; index < times; index++) {
    const series = 1 + Math.floor(random() * chargePoints * SERIES);
    const startedAt = performance.now();
    const { rows } = await pool.query<{ rows: number }>(
      `select count(*) as rows, max(ts), sum(value) from (${SCAN}) scanned`,
      [series, new Date(DAY), new Date(DAY + DAY_MS)],
    );
    if (rows[0]?.rows !== SAMPLES) throw new Error(`series ${series} has ${rows[0]?.rows} readings`);
    taken.push(performance.now() - startedAt);
  }
  return taken;
}

/** ms of each flush until `work` is done. */
async function flushing(pool: Pool, work: (signal: AbortSignal) => Promise<void>): Promise<number[]> {
  const sink = new PgReadingSink({
    ...{ pool, topic: 'bench', unknownChargePoints: 'register', partitionsMax: 1_000 },
    ...{ logger: pino({ level: 'silent' }), registry: new Registry() },
  });
  const claim = await sink.claim(0);
  const { epoch } = claim;
  let offset = claim.nextOffset ?? 0;
  const taken: number[] = [];
  const stop = new AbortController();
  const done = work(stop.signal).finally(() => stop.abort());
  while (!stop.signal.aborted) {
    const messages = Array.from({ length: FLUSH_ROWS }, (_, index) => ({
      ...{ partition: 0, offset: offset + index, chargePointId: `Today-${index}`, protocol: 'json' as const },
      ...{ messageId: null, receivedAt: Date.now(), rejects: [], session: null, redriveOf: null },
      readings: [readingOf(`Today-${index}`, offset)],
    }));
    const nextOffset = offset + FLUSH_ROWS;
    const startedAt = performance.now();
    await sink.store({ messages, positions: [{ partition: 0, epoch, expectedOffset: offset, nextOffset }] });
    taken.push(performance.now() - startedAt);
    offset = nextOffset;
    await wait(FLUSH_EVERY_MS, stop.signal);
  }
  await done;
  return taken;
}

const readingOf = (chargePointId: string, offset: number): Reading => ({
  ...{
    chargePointId,
    evseId: 0,
    connectorId: 1,
    measurand: 'Power.Active.Import',
    phase: '',
    location: 'Outlet',
  },
  ...{ unit: 'W', context: 'Sample.Periodic', timestampMs: Math.floor(Date.now()), value: offset },
  ...{ transactionId: null, quality: 0 },
});

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
