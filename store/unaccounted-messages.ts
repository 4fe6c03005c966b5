import type { Pool } from './pool.js';

/** Partitions can't make up for each other: each must add up by itself. */
const SQL = `
  select coalesce(sum(abs(messages_received - messages_stored - messages_duplicate - messages_rejected)), 0)::bigint
    as messages
  from consumer_positions`;

/** Messages that were counted as received and not as stored, duplicate or rejected, or the other way round. */
export async function unaccountedMessages(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ messages: number }>(SQL);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without groups gives one row');
  return row.messages;
}
