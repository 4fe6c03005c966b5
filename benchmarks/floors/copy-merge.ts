/**
 * The floor of the sink: the same rows, encoded before the clock starts, by COPY into a temporary staging table and
 * INSERT .. ON CONFLICT DO NOTHING into a table with the same key and partitions; one connection, one transaction a batch.
 * No position, no counters, no latest values, no dictionary, no verdict on what was a duplicate.
 */
import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { flattenMeterValues } from '../../protocol/flatten.js';
import type { Reading } from '../../protocol/reading.js';
import { serve } from '../child.js';
import { workload, type BenchMessage } from '../workload.js';
import { encodeReadings, type FloorRow } from './encode-readings.js';

export interface FillRequest {
  readonly databaseUrl: string;
  readonly sampleRows: number;
  /** When the workload was made: it decides the day. */
  readonly now: number;
  readonly batchRows: number;
}

export interface FillResult {
  /** Unique rows that the measured batches added. */
  readonly rows: number;
  /** With those of the warm-up. */
  readonly allRows: number;
  readonly seconds: number;
  readonly batches: number;
}

const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: 0 };

async function fill({ databaseUrl, sampleRows, now, batchRows }: FillRequest): Promise<FillResult> {
  const { warmUp, measured } = workload(sampleRows, now);
  const series = new Map<string, number>();
  const contexts = new Map<string, number>();
  const toRows = (messages: readonly BenchMessage[]): FloorRow[] =>
    messages.flatMap((message) =>
      flattenMeterValues(message, LIMITS).readings.map((reading) => ({
        reading,
        seriesId: idOf(series, seriesKey(reading)),
        contextId: idOf(contexts, reading.context),
        receivedAt: message.receivedAt,
      })),
    );
  const warmUpBatches = inBatches(toRows(warmUp), batchRows);
  const batches = inBatches(toRows(measured), batchRows);

  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const { receivedAt } of [warmUp[0], measured[0]].filter((message) => message !== undefined)) {
      await createPartition(client, receivedAt);
    }
    await client.query('create temporary table staging (like readings) on commit delete rows');
    for (const batch of warmUpBatches) await merge(client, batch);
    const before = await countRows(client);
    const started = performance.now();
    for (const batch of batches) await merge(client, batch);
    const seconds = (performance.now() - started) / 1_000;
    const allRows = await countRows(client);
    return { rows: allRows - before, allRows, seconds, batches: batches.length };
  } finally {
    await client.end();
  }
}

async function merge(client: pg.Client, batch: Buffer): Promise<void> {
  await client.query('begin');
  const copy = client.query(copyFrom('copy staging from stdin (format binary)'));
  copy.end(batch);
  await once(copy, 'finish');
  await client.query('insert into readings select * from staging on conflict do nothing');
  await client.query('commit');
}

function inBatches(rows: readonly FloorRow[], size: number): Buffer[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    encodeReadings(rows.slice(index * size, (index + 1) * size)),
  );
}

async function createPartition(client: pg.Client, ms: number): Promise<void> {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const name = `readings_${day(ms).replaceAll('-', '')}`;
  await client.query(
    `create table if not exists ${name} partition of readings for values from ('${day(ms)}') to ('${day(ms + 86_400_000)}')`,
  );
}

async function countRows(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from readings');
  return Number(rows[0]?.count);
}

function idOf(ids: Map<string, number>, key: string): number {
  const id = ids.get(key) ?? ids.size + 1;
  ids.set(key, id);
  return id;
}

function seriesKey(reading: Reading): string {
  const { chargePointId, connectorId, measurand, phase, location, unit } = reading;
  return [chargePointId, connectorId, measurand, phase, location, unit].join('\0');
}

serve({ fill });
