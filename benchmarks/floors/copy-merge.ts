/**
 * The floor of the sink: the same rows, encoded before the clock starts, by COPY into a temporary staging table and
 * INSERT .. ON CONFLICT DO NOTHING into a table with the same key and partitions; one transaction a batch. Several connections
 * have charge points of their own, so that none waits for another. No position, no counters, no latest values, no dictionary,
 * no verdict on what was a duplicate.
 */
import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { flattenMeterValues } from '../../protocol/flatten.js';
import type { Reading } from '../../protocol/reading.js';
import { serve } from '../child.js';
import { LIMITS, workload, type BenchMessage } from '../workload.js';
import { encodeReadings, type FloorRow } from './encode-readings.js';

export interface FillRequest {
  readonly databaseUrl: string;
  readonly sampleRows: number;
  /** When the workload was made: it decides the day. */
  readonly now: number;
  readonly batchRows: number;
  readonly connections: number;
}

export interface FillResult {
  /** Unique rows that the measured batches added. */
  readonly rows: number;
  /** With those of the warm-up. */
  readonly allRows: number;
  readonly seconds: number;
  readonly batches: number;
}

async function fill({
  databaseUrl,
  sampleRows,
  now,
  batchRows,
  connections,
}: FillRequest): Promise<FillResult> {
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
  const share = (messages: readonly BenchMessage[], connection: number): BenchMessage[] => {
    const numbers = new Map<string, number>();
    return messages.filter(({ chargePointId }) => idOf(numbers, chargePointId) % connections === connection);
  };
  const inBatchesOf = (messages: readonly BenchMessage[]): Buffer[][] =>
    Array.from({ length: connections }, (_, connection) =>
      inBatches(toRows(share(messages, connection)), batchRows),
    );
  const warmUpBatches = inBatchesOf(warmUp);
  const batches = inBatchesOf(measured);

  const clients = batches.map(() => new pg.Client({ connectionString: databaseUrl }));
  const [first] = clients;
  if (first === undefined) throw new Error('a floor needs a connection');
  const mergeAll = (all: readonly (readonly Buffer[])[]): Promise<unknown> =>
    Promise.all(
      clients.map(async (client, connection) => {
        for (const batch of all[connection] ?? []) await merge(client, batch);
      }),
    );
  for (const client of clients) {
    await client.connect();
    await client.query('create temporary table staging (like readings) on commit delete rows');
  }
  try {
    for (const { receivedAt } of [warmUp[0], measured[0]].filter((message) => message !== undefined)) {
      await createPartition(first, receivedAt);
    }
    await mergeAll(warmUpBatches);
    const before = await countRows(first);
    const started = performance.now();
    await mergeAll(batches);
    const seconds = (performance.now() - started) / 1_000;
    const allRows = await countRows(first);
    return { rows: allRows - before, allRows, seconds, batches: batches.flat().length };
  } finally {
    for (const client of clients) await client.end();
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
