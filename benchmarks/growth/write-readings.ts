import pg from 'pg';
import { Child } from '../child.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import type { PaceResult } from '../pace.js';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import type { Services } from '../services.js';
import type { DrainRequest } from '../subjects/worker.js';
import type { Topics } from '../topics.js';
import { cleanUp } from './clean-up.js';
import { fleetMessages, type MessagesRequest } from './fleet-messages.js';
import type { GrownDatabases } from './grown-databases.js';
import { chargePointsOf, DAYS } from './grown-fleet.js';

export const WRITES = [
  { kind: 'new', title: 'into a new day' },
  { kind: 'late', title: 'late, into a day that is full' },
  { kind: 'scattered', title: 'late, from the whole fleet' },
] as const;
export type Kind = (typeof WRITES)[number]['kind'];

export interface Written {
  readonly perSecond: number;
  /** µs a reading. */
  readonly workerCpu: number;
  /** µs a reading, its share of the checkpoint afterwards included. */
  readonly postgresCpu: number;
  /** Write-ahead log a reading, bytes. */
  readonly walBytes: number;
}

const SENDERS = 700;
const SCATTERED = 50_000;
const SCATTERED_MESSAGES = 100_000;
export const DRAINED = '180,000 readings of 700 charge points, two a message, from all over the fleet,';

function messagesOf(rows: number, kind: Kind, round: number, quick: boolean): MessagesRequest {
  const chargePoints = chargePointsOf(rows);
  if (kind === 'scattered' && !quick) {
    const senders = Math.min(chargePoints, SCATTERED);
    const samples = Math.min(SAMPLES_A_DAY, Math.max(3, Math.round(SCATTERED_MESSAGES / senders)));
    return { size: rows, senders, day: dayOf(kind, round), samples, offsets: [45, 75] };
  }
  const senders = quick ? 100 : SENDERS;
  return { size: rows, senders, day: dayOf(kind, round), samples: SAMPLES_A_DAY, offsets: [30, 90] };
}

/** Each round has a day of its own: what one round left in the caches, and split of the index, is no help to the next. */
function dayOf(kind: Kind, round: number): number {
  return kind === 'new' ? DAYS : round % DAYS;
}

/** Drains a topic of messages of its own into the table, and takes them out again. */
export async function writeReadings(
  databases: GrownDatabases,
  services: Services,
  topics: Topics,
  { rows, kind, round, quick }: { rows: number; kind: Kind; round: number; quick: boolean },
): Promise<Written> {
  const request = messagesOf(rows, kind, round, quick);
  const { warmUp, measured } = fleetMessages(request);
  const topic = await topics.create(`bench-growth-${rows}-${kind}-${round}`);
  await topics.fill(topic, [...warmUp, ...measured]);
  const databaseUrl = databases.urlOf(rows);
  await using worker = Child.start('benchmarks/subjects/worker', {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: topic,
  });
  const observer = new pg.Client({ connectionString: databaseUrl });
  await observer.connect();
  try {
    const drain: DrainRequest = {
      stage: 'store',
      warmUp: warmUp.length,
      total: warmUp.length + measured.length,
      postgresPid: databases.pid,
    };
    const walBefore = await walBytes(observer);
    const result = await worker.call<PaceResult>('drain', drain);
    const wal = (await walBytes(observer)) - walBefore;
    const cpuBefore = postgresCpuSeconds(databases.pid);
    await observer.query('checkpoint');
    const checkpointSeconds = postgresCpuSeconds(databases.pid) - cpuBefore;
    const expected = (warmUp.length + measured.length) * SERIES;
    if (result.allReadings !== expected) throw new Error(`${result.allReadings} of ${expected} were new`);
    return {
      perSecond: result.readings / result.seconds,
      workerCpu: (result.cpuSeconds * 1e6) / result.readings,
      postgresCpu:
        (result.otherCpuSeconds * 1e6) / result.readings + (checkpointSeconds * 1e6) / result.allReadings,
      walBytes: wal / result.allReadings,
    };
  } finally {
    await Promise.all([worker.stop(), observer.end()]);
    await cleanUp(databaseUrl, topic, request.day);
  }
}

async function walBytes(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select (pg_current_wal_insert_lsn() - '0/0')::float8 as bytes`,
  );
  return rows[0]?.bytes ?? NaN;
}
