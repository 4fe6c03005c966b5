import { createPool, type Pool } from '../../store/pool.js';
import {
  readPositions,
  replayPositions,
  resetPositions,
  type StoredPartition,
} from '../../store/reset-positions.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** What is stored of each partition of the topic. */
export function describeTopic(): Promise<StoredPartition[]> {
  return withPositions((pool, topic) => readPositions(pool, topic));
}

/** Lets workers read the topic from its beginning again; resolves with how many partitions were moved back. */
export function replayTopic(): Promise<number> {
  return withPositions((pool, topic) => replayPositions(pool, topic));
}

/** Forgets the positions of a topic that was made anew. */
export function resetTopic(): Promise<void> {
  return withPositions((pool, topic) => resetPositions(pool, topic));
}

async function withPositions<Result>(work: (pool: Pool, topic: string) => Promise<Result>): Promise<Result> {
  const { config } = createRoleContext('topic');
  const { databaseUrl } = await locateServices(config);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'meterpulse-topic' });
  try {
    return await work(pool, config.KAFKA_TOPIC);
  } finally {
    await pool.end();
  }
}
