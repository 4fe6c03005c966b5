import pg from 'pg';
import { Child } from '../child.js';
import { profiling } from '../profiling.js';
import type { Services } from '../services.js';
import { DebeziumSink, type DebeziumSinkOptions } from './debezium-sink.js';
import type { SinkRequest, SinkResult } from './kafkajs-sink.js';
import { createReadingsTable, POISON_ID, READINGS_TABLE } from './reading-records.js';

/** What Debezium did best with, of what was tried: see docs/performance.md. */
export const DEBEZIUM_BEST = {
  settings: { 'batch.size': '5000', 'use.reduction.buffer': 'true', 'tasks.max': '2' },
  consumer: {
    'max.poll.records': '5000',
    'fetch.min.bytes': '1048576',
    'fetch.max.wait.ms': '100',
    'max.partition.fetch.bytes': '8388608',
  },
} as const;

export interface Drained {
  /** Unique rows that the measured part added, and in what time. */
  readonly rows: number;
  readonly seconds: number;
  /** With those of the warm-up, as the table has them in the end. */
  readonly allRows: number;
  /** What was stored of the reading {@link POISON_ID}; null: nothing. */
  readonly poison: number | null;
}

/** Where it stopped of itself. */
export interface Stopped extends Pick<Drained, 'allRows' | 'poison'> {
  readonly why: string;
}

/** A sink of a peer on a database of its own, which is dropped afterwards. @param name of database and consumer group. */
export class PeerDrains {
  constructor(private readonly services: Services) {}

  async kafkajs(name: string, topic: string, request: SinkRequest): Promise<Drained | Stopped> {
    return this.#withDatabase(name, async (databaseUrl, client) => {
      await using child = Child.start(
        'benchmarks/peers/kafkajs-sink',
        {
          DATABASE_URL: databaseUrl,
          KAFKA_BROKERS: this.services.brokers.join(),
          KAFKA_TOPIC: topic,
          KAFKA_GROUP: name,
        },
        profiling(`peers-kafkajs-${request.mode}`),
      );
      const result = await child.call<SinkResult>('drain', request);
      const stored = await storedIn(client);
      if (result === null) return { ...stored, why: 'its consumer crashed' };
      return { ...stored, rows: result.readings, seconds: result.seconds };
    });
  }

  /**
   * Asked from outside, so that it is exact and costs little: rows are counted until the warm-up is in, and then single
   * keys are looked up.
   *
   * @param last ids of the readings that come last, of each key of the topic.
   */
  async debezium(
    name: string,
    topic: string,
    { warmUp, last }: { readonly warmUp: number; readonly last: readonly string[] },
    options: Pick<DebeziumSinkOptions, 'settings' | 'consumer'>,
  ): Promise<Drained | Stopped> {
    return this.#withDatabase(name, async (databaseUrl, client) => {
      await using sink = await DebeziumSink.start({
        ...options,
        name,
        databaseUrl,
        topic,
        brokers: this.services.brokers,
      });
      let begin = { at: 0, rows: 0 };
      let why = await sink.until(async () => {
        begin = { at: performance.now(), rows: await countRows(client) };
        return begin.rows >= warmUp;
      });
      why ??= await sink.until(async () => (await countIds(client, last)) === last.length);
      const seconds = (performance.now() - begin.at) / 1_000;
      const stored = await storedIn(client);
      return why === null ? { ...stored, rows: stored.allRows - begin.rows, seconds } : { ...stored, why };
    });
  }

  async #withDatabase<Result>(
    name: string,
    work: (databaseUrl: string, client: pg.Client) => Promise<Result>,
  ): Promise<Result> {
    const databaseUrl = await this.services.createDatabase(name);
    const client = new pg.Client({ connectionString: databaseUrl });
    try {
      await createReadingsTable(databaseUrl);
      await client.connect();
      return await work(databaseUrl, client);
    } finally {
      await client.end();
      await this.services.dropDatabase(name);
    }
  }
}

async function countRows(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${READINGS_TABLE}`);
  return Number(rows[0]?.count);
}

async function storedIn(client: pg.Client): Promise<Pick<Drained, 'allRows' | 'poison'>> {
  const { rows } = await client.query<{ value: number }>(
    `select value from ${READINGS_TABLE} where id = $1`,
    [POISON_ID],
  );
  return { allRows: await countRows(client), poison: rows[0]?.value ?? null };
}

async function countIds(client: pg.Client, ids: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ count: string }>({
    name: 'ids',
    text: `select count(*) from ${READINGS_TABLE} where id = any($1)`,
    values: [ids],
  });
  return Number(rows[0]?.count);
}
