import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { System } from './system.js';

/** Puts records on the log past the gateway, one after the other over all partitions. */
export async function appendRaw(
  system: System,
  brokers: readonly string[] | null,
  values: readonly (Buffer | null)[],
): Promise<void> {
  const partitions = [...(await system.logEnds()).keys()];
  const records = values.map((value, index) => ({
    value,
    partition: partitions[index % partitions.length] ?? 0,
  }));
  if (brokers === null) await appendToInbox(system.databaseUrl, records);
  else await appendToKafka(brokers, system.topic, records);
}

interface RawRecord {
  readonly partition: number;
  readonly value: Buffer | null;
}

async function appendToKafka(
  brokers: readonly string[],
  topic: string,
  records: readonly RawRecord[],
): Promise<void> {
  const producer = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  try {
    await producer.send({ topic, messages: [...records] });
  } finally {
    await producer.disconnect();
  }
}

async function appendToInbox(databaseUrl: string, records: readonly RawRecord[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const { partition, value } of records) {
      await client.query(
        `with taken as (
           update inbox_partitions set next_position = next_position + 1 where partition = $1
           returning next_position - 1 as position)
         insert into inbox (partition, position, charge_point_id, payload) select $1, position, null, $2 from taken`,
        [partition, value],
      );
    }
  } finally {
    await client.end();
  }
}
