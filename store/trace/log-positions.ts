import type { Query } from '../read/read-database.js';

/** How far the log is stored, and which log that is. */
export interface LogPositions {
  /** Cluster id of Kafka, or id of the inbox; null: nothing was stored yet. */
  readonly logIdentity: string | null;
  /** By partition: records below are stored. */
  readonly storedBelow: ReadonlyMap<number, number>;
}

/** After a replay of the topic a position is read again from its beginning: what was counted before stays stored. */
const POSITIONS = `
  select partition, greatest(coalesce(next_offset, 0), counted_offset) as "storedBelow"
  from consumer_positions where topic = $1`;

export async function readLogPositions(query: Query, topic: string): Promise<LogPositions> {
  const [log] = await query<{ identity: string }>('select identity from logs where topic = $1', [topic]);
  const rows = await query<{ partition: number; storedBelow: number }>(POSITIONS, [topic]);
  return {
    logIdentity: log?.identity ?? null,
    storedBelow: new Map(rows.map(({ partition, storedBelow }) => [partition, storedBelow])),
  };
}
