import { audited } from '../../store/audit/audited.js';
import type { Pool } from '../../store/pool.js';
import {
  readPositions,
  replayPositions,
  resetPositions,
  type StoredPartition,
} from '../../store/reset-positions.js';
import { operatorOrigin } from './audit-part.js';
import { withCommandPool } from './with-command-pool.js';

/** What is stored of each partition of the topic. */
export function describeTopic(): Promise<StoredPartition[]> {
  return withPositions((pool, topic) => readPositions(pool, topic));
}

/** Lets workers read the topic from its beginning again; resolves with how many partitions were moved back. */
export function replayTopic(): Promise<number> {
  return withPositions((pool, topic) =>
    audited(pool, operatorOrigin(), async (statements) => {
      const partitions = await replayPositions(statements, topic);
      const detail = { partitions };
      const event = { action: 'log.replay', outcome: 'done', subject: topic, detail } as const;
      return { result: partitions, events: [event] };
    }),
  );
}

/** Forgets the positions of a topic that was made anew. */
export function resetTopic(): Promise<void> {
  return withPositions((pool, topic) =>
    audited(pool, operatorOrigin(), async (statements) => {
      await resetPositions(statements, topic);
      const event = { action: 'log.reset', outcome: 'done', subject: topic } as const;
      return { result: undefined, events: [event] };
    }),
  );
}

function withPositions<Result>(work: (pool: Pool, topic: string) => Promise<Result>): Promise<Result> {
  return withCommandPool('topic', (pool, config) => work(pool, config.KAFKA_TOPIC));
}
