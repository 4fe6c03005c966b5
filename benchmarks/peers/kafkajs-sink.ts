/**
 * Sinks as they are written with kafkajs and pg, both as they come: a record is parsed and inserted, alone or with all of
 * the batch that kafkajs hands over. ON CONFLICT DO NOTHING absorbs what comes twice; kafkajs commits its offsets afterwards.
 */
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import pg from 'pg';
import { serve } from '../child.js';
import { Pace, type PaceResult } from '../pace.js';
import { COLUMNS, READINGS_TABLE, type ReadingRow } from './reading-records.js';

export interface SinkRequest {
  readonly mode: 'insert' | 'unnest';
  readonly warmUp: number;
  readonly total: number;
}

/** null: it crashed before it had read all. */
export type SinkResult = PaceResult | null;

const NAMES = COLUMNS.map(({ name }) => name);
const ONE = {
  name: 'one',
  text:
    `insert into ${READINGS_TABLE} (${NAMES.join(', ')}) values (${NAMES.map((_, index) => `$${index + 1}`).join(', ')}) ` +
    'on conflict do nothing',
};
const MANY = {
  name: 'many',
  text:
    `insert into ${READINGS_TABLE} (${NAMES.join(', ')}) ` +
    `select * from unnest(${COLUMNS.map(({ postgres }, index) => `$${index + 1}::${postgres}[]`).join(', ')}) ` +
    'on conflict do nothing',
};

async function drain({ mode, warmUp, total }: SinkRequest): Promise<SinkResult> {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10 });
  const consumer = new Kafka({
    clientId: 'peer',
    brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
    logLevel: logLevel.NOTHING,
  }).consumer({ groupId: process.env['KAFKA_GROUP'] ?? '' });
  const pace = new Pace(warmUp, total);
  const crashed = new Promise<null>((resolve) => {
    consumer.on(consumer.events.CRASH, () => resolve(null));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: process.env['KAFKA_TOPIC'] ?? '', fromBeginning: true });
    if (mode === 'insert') await insertEach(consumer, pool, pace);
    else await insertBatches(consumer, pool, pace);
    return await Promise.race([pace.finished, crashed]);
  } finally {
    await consumer.disconnect();
    await pool.end();
  }
}

async function insertEach(consumer: Consumer, pool: pg.Pool, pace: Pace): Promise<void> {
  await consumer.run({
    eachMessage: async ({ message }) => {
      const { rowCount } = await pool.query({ ...ONE, values: valuesOf(parse(message.value)) });
      pace.advance(1, rowCount ?? 0, 0);
    },
  });
}

async function insertBatches(consumer: Consumer, pool: pg.Pool, pace: Pace): Promise<void> {
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const rows = batch.messages.map(({ value }) => valuesOf(parse(value)));
      const columns = NAMES.map((_, column) => rows.map((row) => row[column]));
      const { rowCount } = await pool.query({ ...MANY, values: columns });
      pace.advance(rows.length, rowCount ?? 0, 0);
    },
  });
}

function parse(value: Buffer | null): ReadingRow {
  return JSON.parse(value?.toString() ?? '') as ReadingRow;
}

function valuesOf(row: ReadingRow): unknown[] {
  return NAMES.map((name) => (name === 'ts' ? new Date(row.ts) : row[name]));
}

serve({ drain });
