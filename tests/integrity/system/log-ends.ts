import pg from 'pg';
import { withAdmin } from '../../harness/kafka-topic.js';

/** Where the message log ends, asked of the log itself: offset after the newest record, by partition. */
export type LogEnds = ReadonlyMap<number, number>;

export async function kafkaEnds(brokers: readonly string[], topic: string): Promise<LogEnds> {
  const offsets = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic));
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}

export async function inboxEnds(databaseUrl: string): Promise<LogEnds> {
  const rows = await query<{ partition: number; next_position: string }>(
    databaseUrl,
    'select partition, next_position from inbox_partitions',
  );
  return new Map(rows.map(({ partition, next_position }) => [partition, Number(next_position)]));
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // A server that is killed under an open connection is what some tests are about.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}
