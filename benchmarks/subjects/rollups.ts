/**
 * The worker's sink, and beside it the loop that keeps the aggregates, as `meterpulse worker` composes them; messages are judged
 * before the clock starts. Counts until everything is stored and no mark is left.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { readingLimits } from '../../server/compose/reading-limits.js';
import { createRoleContext } from '../../server/compose/role-context.js';
import { createRollups } from '../../server/compose/rollups-part.js';
import { ROWS } from '../../Files/sample-rows.js';
import { seededRandom } from '../../helpers/seeded-random.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool } from '../../store/pool.js';
import { startProfile } from '../profiling.js';
import { readBacklog } from '../../store/rollups/marks.js';
import { serve } from '../child.js';
import { withLate } from '../late-stream.js';
import { PackedRecords } from '../packed-records.js';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import { Storing } from '../storing.js';
import { PARTITIONS } from '../topics.js';
import { SAMPLE_MS, toRecord, workload } from '../workload.js';

export interface KeepUpRequest {
  /** Of each fleet of 53 charge points. */
  readonly sampleRows: number;
  readonly fleets: number;
  /** When the workload was made: it decides the day. */
  readonly now: number;
  readonly rollups: boolean;
  /** Messages a second; null: as fast as they can be stored. */
  readonly perSecond: number | null;
  /** Of the PostgreSQL server. */
  readonly postgresPid: number;
}

export interface KeepUpResult {
  /** Stored in the measured part. */
  readonly readings: number;
  /** Until all was stored. */
  readonly storedSeconds: number;
  /** Until no mark was left. */
  readonly seconds: number;
  /** Of this process without judging records, and of PostgreSQL with all its processes, until no mark was left. */
  readonly cpuSeconds: number;
  readonly postgresCpuSeconds: number;
  readonly flushes: number;
  /** What the loop did, by its own counters. */
  readonly passes: number;
  readonly spans: number;
  readonly readingsLookedAt: number;
  readonly changedRows: number;
}

/** Of the measured messages, by minutes to hours. */
const LATE = { share: 0.05, fromMs: 60_000, toMs: 2 * 3_600_000 };
const POLL_MS = 50;

async function keepUp(request: KeepUpRequest): Promise<KeepUpResult> {
  const context = createRoleContext('worker');
  const { config, registry, logger } = context;
  const pool = createPool({ url: config.DATABASE_URL ?? '', max: 10, applicationName: 'bench' });
  const sink = new PgReadingSink({
    pool,
    topic: config.KAFKA_TOPIC,
    unknownChargePoints: config.UNKNOWN_CHARGE_POINTS,
    partitionsMax: config.PARTITIONS_MAX,
    logger,
    registry,
  });
  const { records, warmUp } = recordsOf(request);
  const storing = await Storing.start(sink, records, {
    maxRows: config.BATCH_MAX_ROWS,
    limits: readingLimits(config),
  });
  const rollups = createRollups(context, config.DATABASE_URL ?? '');
  const stop = new AbortController();
  const running = request.rollups ? Promise.all(rollups.parts.map(({ run }) => run(stop.signal))) : null;
  const drained = async (): Promise<void> => {
    while (running !== null && (await readBacklog(pool)).marks > 0) await delay(POLL_MS);
  };

  await storing.store(warmUp, null);
  await drained();
  globalThis.gc?.();
  await pool.query('checkpoint');
  const before = { ...storing.counts, ...(await counters(registry)), ...cpu(request.postgresPid) };
  const profile = await startProfile(request.rollups ? 'with' : 'without');
  const startedAt = performance.now();
  await storing.store(records.length - warmUp, request.perSecond);
  const storedSeconds = (performance.now() - startedAt) / 1_000;
  await drained();
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = { ...storing.counts, ...(await counters(registry)), ...cpu(request.postgresPid) };
  await profile();
  stop.abort();
  await running;
  await Promise.all([pool.end(), rollups.pool.end()]);
  const since = (name: keyof typeof after): number => after[name] - before[name];
  return {
    readings: since('readings'),
    storedSeconds,
    seconds,
    cpuSeconds: since('cpuSeconds') - since('judgingSeconds'),
    postgresCpuSeconds: since('postgresCpuSeconds'),
    flushes: since('flushes'),
    passes: since('passes'),
    spans: since('spans'),
    readingsLookedAt: since('readingsLookedAt'),
    changedRows: since('changedRows'),
  };
}

/** Those of the warm-up come first. */
function recordsOf({ sampleRows, now, fleets }: KeepUpRequest): { records: PackedRecords; warmUp: number } {
  const { warmUp, measured } = workload(sampleRows, now, fleets);
  const spanMs = (SAMPLE_MS * sampleRows) / ROWS;
  const stream = withLate(measured, spanMs, LATE, seededRandom(1));
  const records = new PackedRecords(warmUp.length + stream.length);
  for (const message of [...warmUp, ...stream]) {
    records.add(partitionOf(message.chargePointId), toRecord(message, `m${records.length}`).value);
  }
  return { records, warmUp: warmUp.length };
}

function partitionOf(chargePointId: string): number {
  let hash = 0;
  for (let at = 0; at < chargePointId.length; at++)
    hash = (Math.imul(hash, 31) + chargePointId.charCodeAt(at)) | 0;
  return Math.abs(hash) % PARTITIONS;
}

function cpu(postgresPid: number): { cpuSeconds: number; postgresCpuSeconds: number } {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, postgresCpuSeconds: postgresCpuSeconds(postgresPid) };
}

async function counters(
  registry: Registry,
): Promise<Record<'passes' | 'spans' | 'readingsLookedAt' | 'changedRows', number>> {
  const text = await registry.metrics();
  const read = (name: string): number =>
    Number(new RegExp(`^meterpulse_rollups_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    passes: read('pass_seconds_count'),
    spans: read('spans_total'),
    readingsLookedAt: read('readings_total'),
    changedRows: read('changed_rows_total'),
  };
}

serve({ keepUp });
