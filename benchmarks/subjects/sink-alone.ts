/**
 * The sink without Kafka and without the worker, fed with batches that were decoded and flattened before the clock starts; then
 * nothing but the statements that it sent, on a database that is as the first one was.
 */
import pino from 'pino';
import { Registry } from 'prom-client';
import { DayPartitions, dayOf } from '../../store/partitions.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { ReadingSink, SinkBatch } from '../../store/reading-sink.js';
import { serve } from '../child.js';
import { PreparedBatches } from '../sink/prepared-batches.js';
import { recordStatements, type Statement } from '../sink/recorded-statements.js';
import { Replay, type Replayed } from '../sink/replay-statements.js';
import { PARTITIONS } from '../topics.js';
import { workload } from '../workload.js';

export interface AloneRequest {
  /** Two empty databases with the schema. */
  readonly databaseUrls: readonly [sink: string, statements: string];
  readonly sampleRows: number;
  /** When the workload was made: it decides the day. */
  readonly now: number;
  readonly batchRows: number;
  readonly connections: number;
}

export interface AloneResult {
  /** Unique rows that the measured batches added. */
  readonly rows: number;
  readonly sinkSeconds: number;
  readonly statements: Replayed;
}

async function storeAlone({
  databaseUrls: [sinkUrl, statementsUrl],
  sampleRows,
  now,
  batchRows,
  connections,
}: AloneRequest): Promise<AloneResult> {
  // Partitions are there before: one connection's would come too late for the other's rows when they are sent once more.
  for (const url of [sinkUrl, statementsUrl]) await makePartitions(url, now);
  const recording = recordStatements();
  let warmUp: Statement[];
  let measured: Statement[];
  let rows: number;
  let sinkSeconds: number;
  const pool = createPool({ url: sinkUrl, max: connections + 1, applicationName: 'bench' });
  try {
    const sink = sinkOn(pool);
    const epochs: number[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++)
      epochs.push((await sink.claim(partition)).epoch);
    const messages = workload(sampleRows, now);
    const batches = new PreparedBatches(epochs);
    for (const lane of batches.prepare(messages.warmUp, batchRows, connections)) await storeAll(sink, lane);
    warmUp = recording.take();
    const lanes = batches.prepare(messages.measured, batchRows, connections);
    const started = performance.now();
    const stored = await Promise.all(lanes.map((lane) => storeAll(sink, lane)));
    sinkSeconds = (performance.now() - started) / 1_000;
    rows = stored.reduce((sum, each) => sum + each, 0);
    measured = recording.take();
  } finally {
    recording.stop();
    await pool.end();
  }
  await using replay = new Replay(statementsUrl);
  await replay.run(warmUp, { inTurn: true });
  return { rows, sinkSeconds, statements: await replay.run(measured, { inTurn: false }) };
}

async function makePartitions(url: string, now: number): Promise<void> {
  const pool = createPool({ url, max: 1, applicationName: 'bench' });
  try {
    await new DayPartitions({ pool, max: 1_000 }).ensurePartitions(
      [0, 1, 2, 3].map((ago) => dayOf(now) - ago),
    );
  } finally {
    await pool.end();
  }
}

function sinkOn(pool: Pool): ReadingSink {
  return new PgReadingSink({
    pool,
    topic: 'alone',
    unknownChargePoints: 'register',
    partitionsMax: 1_000,
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
  });
}

/** One after the other. @returns how many readings were new. */
async function storeAll(sink: ReadingSink, batches: readonly SinkBatch[]): Promise<number> {
  let stored = 0;
  for (const batch of batches) stored += (await sink.store(batch)).readings.stored;
  return stored;
}

serve({ storeAlone });
